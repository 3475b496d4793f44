import { methodSemantics } from '@twicesafe/core/adapter';

/** Where a request goes. */
export interface SentTarget {
  readonly origin: string | undefined;
  /** With its query, as the URL Standard writes it. */
  readonly path: string;
}

/** A request as undici or `node:http` is about to send it. */
export interface SentRequest extends SentTarget {
  readonly method: string;
  /** Whether a copy of it is harmless, as a safe request or a tunnel is. */
  readonly harmless: boolean;
  /** Whether one of its headers has this value. */
  carries(value: string): boolean;
}

/** What undici publishes. Headers are a list, or a text before undici 6. */
interface UndiciRequest {
  readonly method?: unknown;
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly headers?: unknown;
}

/** As much of Node's ClientRequest as is read here. */
interface NodeRequest {
  readonly method?: unknown;
  readonly protocol?: unknown;
  readonly path?: unknown;
  getHeader?(name: string): unknown;
  getHeaders?(): object;
}

export function fromUndici({ method, origin, path, headers }: UndiciRequest): SentRequest {
  return sentRequest(method, targetOf(String(path), origin), (value) => String(headers).includes(value));
}

export function fromNode(request: NodeRequest): SentRequest {
  const { method, protocol, path } = request;
  const origin = `${String(protocol)}//${String(request.getHeader?.('host'))}`;
  return sentRequest(method, targetOf(String(path), origin), (value) =>
    Object.values(request.getHeaders?.() ?? {}).some((each) => String(each).includes(value)),
  );
}

/** @param base - The origin, if the path isn't an absolute URL. */
export function targetOf(path: string, base?: unknown): SentTarget {
  // Not as a relative reference: `//other/` is a path here.
  const [known, url] = path.startsWith('/')
    ? [base !== undefined, `${String(base ?? 'http://unknown')}${path}`]
    : [true, path];
  try {
    const { origin, pathname, search } = new URL(url);
    return { origin: known ? origin : undefined, path: `${pathname}${search}` };
  } catch {
    return { origin: undefined, path };
  }
}

function sentRequest(method: unknown, target: SentTarget, carries: SentRequest['carries']): SentRequest {
  const name = String(method);
  return { ...target, method: name, harmless: isHarmless(name), carries };
}

/** Whether a copy is harmless, as that of a safe request or a tunnel is. */
export function isHarmless(method: string): boolean {
  return method === 'CONNECT' || methodSemantics(method).safe;
}
