/**
 * A form as it is sent (RFC 7578), serialized once. With the form itself, fetch would choose a new boundary for every
 * attempt. Files are not copied.
 *
 * @param unique - Part of the boundary. It must not occur in the form.
 * @example
 * const body = formDataBody(form, crypto.randomUUID()); // the same bytes on every attempt
 */
export function formDataBody(form: FormData, unique: string): Blob {
  // In lower case, because a Blob's type is.
  const boundary = `----twicesafe-${unique.toLowerCase()}`;
  const parts: BlobPart[] = [];
  for (const [name, value] of form) {
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(normalizeLines(name))}"`);
    if (typeof value === 'string') {
      parts.push(`\r\n\r\n${normalizeLines(value)}\r\n`);
    } else {
      parts.push(
        `; filename="${escapeName(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}\r\n\r\n`,
        value,
        '\r\n',
      );
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return new Blob(parts, { type: `multipart/form-data; boundary=${boundary}` });
}

/** https://html.spec.whatwg.org/#multipart-form-data: these three characters would end the name. */
function escapeName(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}

/** https://html.spec.whatwg.org/#multipart-form-data: lines of names and values end with CRLF. */
function normalizeLines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}
