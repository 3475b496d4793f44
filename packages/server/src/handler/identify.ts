import { storeKey } from './fingerprint.ts';
import { knownBody } from './known-body.ts';
import { NotApplied } from './not-applied.ts';
import { readBody } from './read-body.ts';
import { refuse } from './refuse.ts';
import type { Settings } from './settings.ts';

/** A request and all that identifies it. */
export interface KeyedRequest {
  /** The client's key. */
  readonly key: string;
  /** The key's name in the store. */
  readonly name: string;
  readonly fingerprint: string;
  readonly request: Request;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Reads all that identifies a request, or gives the response that refuses it. */
export async function identify(key: string, request: Request, settings: Settings): Promise<KeyedRequest | Response> {
  const { maxRequestBytes } = settings;
  const scope = await ask('scope', key, settings, () => settings.scope(request));
  if (scope instanceof Response) return scope;

  if (request.bodyUsed) {
    const detail = 'The body was parsed before: mount the idempotency handler ahead of anything that reads it.';
    return refuse(settings, 'body-parsed', key, detail);
  }
  const read = await readBody(request, maxRequestBytes);
  if (read.end === 'broken') return refuse(settings, 'request-incomplete', key);
  if (read.end === 'too-large') {
    return refuse(settings, 'request-too-large', key, `The limit is ${maxRequestBytes} bytes.`);
  }

  const { bytes: body } = read;
  const [name, fingerprint] = await Promise.all([
    storeKey(scope, key),
    ask('fingerprint', key, settings, () => settings.fingerprint(request, body)),
  ]);
  return fingerprint instanceof Response ? fingerprint : { key, name, fingerprint, request, body };
}

/**
 * The request for the handler, with its body to be read. Its signal is not that of the client, because the handler goes
 * on when the client leaves.
 */
export function unread({ request, body }: KeyedRequest): Request {
  // A mount has made it of these bytes, and nothing has read it.
  if (knownBody(request)) return request;
  const { url, method, headers } = request;
  return new Request(url, { method, headers, ...(request.body !== null && { body }) });
}

/** Calls an option that must return a string. The handler runs only after it succeeds. */
async function ask(
  option: 'scope' | 'fingerprint',
  key: string,
  settings: Settings,
  call: () => string | Promise<string>,
): Promise<string | Response> {
  try {
    const answer: unknown = await call();
    if (typeof answer === 'string') return answer;
    throw new TypeError(`${option} must return a string, not ${String(answer)}`);
  } catch (error) {
    if (error instanceof NotApplied) return error.response;
    settings.emit({ type: 'option-failed', option, error });
    return refuse(settings, 'scope-failed', key);
  }
}
