import { keptHeaders } from './kept-headers.ts';
import { responseOf } from './known-body.ts';
import { problem, REPLAYED } from './problem.ts';

/** A stored response: what {@link encodeOutcome} writes, in short names because there is one for each key. */
interface StoredResponse {
  /** The status. */
  readonly s: number;
  /** The status text, where it is not empty. */
  readonly r?: string;
  /** The headers. */
  readonly h: [name: string, value: string][];
  /** The body as text, if it is UTF-8. */
  readonly t?: string;
  /** The body in base64 otherwise. */
  readonly b?: string;
  /** Set if the body was too large to keep, or an event stream. */
  readonly x?: 1;
}

const encoder = new TextEncoder();
// Without ignoreBOM a leading U+FEFF would be lost, and the replay three bytes shorter.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Base64 is made in pieces: a call with a million arguments overflows the stack.
const PIECE = 0x8000;

/** The string that a store keeps for a response. Without `body`, its replays say that the body was not stored. */
export function encodeOutcome(response: Response, body: Uint8Array | undefined): string {
  const { status, statusText, headers } = response;
  const stored: StoredResponse = {
    s: status,
    ...(statusText && { r: statusText }),
    h: keptHeaders(headers),
    ...(body === undefined ? { x: 1 } : encodeBody(body)),
  };
  return JSON.stringify(stored);
}

/** The response that replays an outcome, byte for byte and marked. */
export function replay(outcome: string, docs: string): Response {
  try {
    return replayStored(JSON.parse(outcome) as StoredResponse, docs);
  } catch {
    return problem('response-not-stored', docs, 'The record cannot be read.');
  }
}

function replayStored(stored: StoredResponse, docs: string): Response {
  const { s: status, r: statusText = '', h, t, b, x } = stored;
  if (x) return problem('response-not-stored', docs, `The original response had status ${status}.`);
  const headers = new Headers(h);
  headers.set(REPLAYED, 'true');
  // Bytes, because a Response made from text adds a Content-Type.
  const body = t === undefined ? b && decodeBase64(b) : encoder.encode(t);
  return responseOf(body || undefined, { status, statusText, headers });
}

function encodeBody(body: Uint8Array): Pick<StoredResponse, 't' | 'b'> {
  if (body.length === 0) return {};
  try {
    return { t: utf8.decode(body) };
  } catch {
    return { b: encodeBase64(body) };
  }
}

function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(binary);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
