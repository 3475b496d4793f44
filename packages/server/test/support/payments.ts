import {
  type Handler,
  type IdempotencyEvent,
  type IdempotentOptions,
  idempotent,
  memoryStore,
} from '@twicesafe/server';

/** A payment API under test: the handler, and what came of it. */
export interface Payments {
  /** Sends a payment. The key is sent as it is given. */
  pay(key: string | undefined, own?: PaymentRequest): Promise<Response>;
  handle(request: Request): Promise<Response>;
  /** The body of each payment that took place. */
  readonly effects: string[];
  readonly events: IdempotencyEvent[];
}

/** How a payment differs from the usual one. */
interface PaymentRequest {
  readonly method?: string;
  readonly path?: string;
  readonly body?: BodyInit | null;
  readonly headers?: Record<string, string>;
}

export const URL_OF_API = 'http://127.0.0.1/payments';

/** Creates a payment API whose handler records an effect and then answers. */
export function createPayments(options: Partial<IdempotentOptions> = {}, after: Handler = created): Payments {
  const effects: string[] = [];
  const events: IdempotencyEvent[] = [];
  const pays: Handler = async (request, context) => {
    effects.push(await request.clone().text());
    return after(request, context);
  };
  const onEvent = (event: IdempotencyEvent): void => void events.push(event);
  const handle = idempotent(pays, { store: memoryStore(), scope: () => 'single-tenant', onEvent, ...options });
  const pay: Payments['pay'] = (key, { method = 'POST', path = '', body = '{"cents":1200}', headers = {} } = {}) => {
    const all = {
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    };
    return handle(new Request(URL_OF_API + path, { method, body, headers: all }));
  };
  return { pay, handle, effects, events };
}

/** Answers 201. */
export function created(): Response {
  return Response.json({ paid: true }, { status: 201 });
}

/** What a test compares: status, mark, and code of an error. */
export async function seen(response: Response): Promise<readonly [status: number, replayed: boolean, code?: string]> {
  const isProblem = response.headers.get('content-type') === 'application/problem+json';
  const code = isProblem ? ((await response.clone().json()) as { code: string }).code : undefined;
  const start = [response.status, response.headers.get('idempotent-replayed') === 'true'] as const;
  return code === undefined ? start : [...start, code];
}
