/**
 * Reads a field of a multipart form that is not a file (RFC 7578), such as the `operations` of an upload.
 *
 * @param text - The form, which begins with its first boundary.
 * @returns Undefined unless exactly one part has that name.
 */
export function multipartField(text: string, name: string): string | undefined {
  const [boundary = ''] = text.split('\r\n', 1);
  if (!boundary.startsWith('--')) return undefined;
  const disposition = `content-disposition: form-data; name="${name}"`;
  const values = text.split(`\r\n${boundary}`).flatMap((part) => {
    const end = part.indexOf('\r\n\r\n');
    const [, ...fields] = part.slice(0, Math.max(0, end)).split('\r\n');
    return fields.some((field) => field.toLowerCase() === disposition) ? [part.slice(end + 4)] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}
