import { identify, type KeyedRequest } from './identify.ts';
import { NotApplied } from './not-applied.ts';
import { parseKey } from './parse-key.ts';
import { refuse } from './refuse.ts';
import { checkResponse } from './response.ts';
import type { Settings } from './settings.ts';

/** How requests are processed once it is known whether they have a key. */
export interface Processing {
  /** @throws Whatever the store throws before anything ran. */
  keyed(request: KeyedRequest): Promise<Response>;
  /** A request without a key, or with a method whose keys aren't honored, runs as it would without this package. */
  unkeyed(request: Request): Response | NotApplied | Promise<Response | NotApplied>;
}

/** Answers a request. Rejects only where `unkeyed` does. */
export async function answerRequest(request: Request, settings: Settings, processing: Processing): Promise<Response> {
  if (!settings.methods.includes(request.method)) return answerUnkeyed(request, processing);
  const field = request.headers.get('idempotency-key');
  if (field === null) {
    return settings.required ? refuse(settings, 'key-missing') : answerUnkeyed(request, processing);
  }
  const key = parseKey(field);
  if (key === undefined) return refuse(settings, 'key-invalid');

  const work = answerKeyed(key, request, settings, processing);
  settings.waitUntil(work);
  return work;
}

async function answerKeyed(
  key: string,
  request: Request,
  settings: Settings,
  processing: Processing,
): Promise<Response> {
  const keyed = await identify(key, request, settings);
  if (keyed instanceof Response) return keyed;
  try {
    return await processing.keyed(keyed);
  } catch (error) {
    settings.emit({ type: 'store-failed', key, action: 'acquire', error });
    return refuse(settings, 'store-unavailable', key);
  }
}

async function answerUnkeyed(request: Request, processing: Processing): Promise<Response> {
  try {
    const answer = await processing.unkeyed(request);
    return answer instanceof NotApplied ? answer.response : checkResponse(answer);
  } catch (error) {
    if (error instanceof NotApplied) return error.response;
    throw error;
  }
}
