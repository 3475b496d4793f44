import type { ByteInput } from './byte-input.ts';
import type { RequestHead, RequestRecord } from './received-request.ts';

/** The client sent something other than an HTTP/1.1 request. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
}

/** Reads a request line and its header section (RFC 9112 sections 3 and 5). */
export async function readHead(input: ByteInput): Promise<RequestHead> {
  const requestLine = await input.readLine();
  const [method, target, version] = requestLine.split(' ');
  if (!method || !target || !version?.startsWith('HTTP/1.')) {
    throw new MalformedRequest(`no request line: ${JSON.stringify(requestLine)}`);
  }
  return { method, target, headers: await readFields(input) };
}

/** Reads the body that `head` announces into `record` and marks it complete (RFC 9112 section 6). */
export async function readBody(input: ByteInput, record: RequestRecord): Promise<void> {
  const { headers } = record.request;
  if (isChunked(headers)) await readChunks(input, record);
  else await readBytes(input, contentLength(headers), record);
  record.complete();
}

/** Whether a body follows the header section. */
export function announcesBody(headers: RequestHead['headers']): boolean {
  return isChunked(headers) || contentLength(headers) > 0;
}

function isChunked(headers: RequestHead['headers']): boolean {
  return /\bchunked$/i.test(headers['transfer-encoding'] ?? '');
}

function contentLength(headers: RequestHead['headers']): number {
  return parseCount(headers['content-length'] ?? '0', /^\d+$/, 10);
}

async function readChunks(input: ByteInput, record: RequestRecord): Promise<void> {
  for (;;) {
    const [digits = ''] = (await input.readLine()).split(';');
    const size = parseCount(digits.trim(), /^[\da-f]+$/i, 16);
    if (size === 0) break;
    await readBytes(input, size, record);
    await input.readLine();
  }
  await readFields(input);
}

async function readBytes(input: ByteInput, count: number, record: RequestRecord): Promise<void> {
  let missing = count;
  while (missing > 0) {
    const bytes = await input.readSome(missing);
    missing -= bytes.length;
    record.append(bytes);
  }
}

async function readFields(input: ByteInput): Promise<Readonly<Record<string, string>>> {
  const fields = new Map<string, string>();
  for (let line = await input.readLine(); line !== ''; line = await input.readLine()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new MalformedRequest(`no header field: ${JSON.stringify(line)}`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(fields);
}

function parseCount(digits: string, allowed: RegExp, radix: number): number {
  if (!allowed.test(digits)) throw new MalformedRequest(`no length: ${JSON.stringify(digits)}`);
  return Number.parseInt(digits, radix);
}
