import { Ambient, builtinModule, shared } from '@twicesafe/core/adapter';
import type { CopyWatch } from './copy-watch.ts';
import { fromNode, fromUndici, isHarmless, type SentRequest } from './sent-request.ts';
import { StrayRequests } from './stray-requests.ts';

interface Message {
  readonly request: object;
  readonly response?: { readonly statusCode?: number };
  readonly error?: unknown;
  readonly socket?: { readonly alpnProtocol?: unknown };
}

interface DiagnosticsChannel {
  subscribe(name: string, onMessage: (message: unknown) => void): void;
}

/** Every request that undici and `node:http` make in this thread, for the attempts that are under way. */
class SentRequests {
  readonly active: Set<CopyWatch> = new Set();
  /** The attempt in whose course the code runs. */
  readonly ambient: Ambient<CopyWatch> = new Ambient();
  /** Finds the attempt of a request that is sent from another context, such as a queue. */
  readonly owners: ((request: object) => CopyWatch | undefined)[] = [];
  readonly strays: StrayRequests = new StrayRequests();
  readonly #takers = new WeakMap<object, CopyWatch | null>();
  readonly #written = new WeakSet<object>();
  #opened: boolean | undefined;

  /** Begins to listen. Returns whether this runtime shows its requests: only Node does. */
  open(): boolean {
    this.#opened ??= this.#subscribe();
    return this.#opened;
  }

  #subscribe(): boolean {
    const { subscribe } = builtinModule<DiagnosticsChannel>('node:diagnostics_channel') ?? {};
    if (!subscribe || 'Bun' in globalThis || 'Deno' in globalThis) return false;
    const listen = (name: string, react: (message: Message) => void): void =>
      subscribe(name, (message) => {
        if (!this.#isIdle) react(message as Message);
      });
    const listenFor = (name: string, from: (request: object) => SentRequest): void =>
      subscribe(name, (message) => this.#made((message as Message).request, from));
    // https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
    listenFor('undici:request:create', fromUndici);
    listen('undici:client:sendHeaders', (message) => this.#writes(message));
    // undici up to 7.0 doesn't say when it writes headers over HTTP/2.
    listen('undici:request:bodySent', ({ request }) => this.#written.add(request));
    listen('undici:request:headers', (message) => this.#ended(message));
    listen('undici:request:error', (message) => this.#ended(message));
    // https://nodejs.org/api/diagnostics_channel.html#http. The first one exists from Node 22.12 on.
    listenFor('http.client.request.created', fromNode);
    listenFor('http.client.request.start', fromNode);
    // Its errors don't show whether a byte was written, so they prove nothing here.
    listen('http.client.response.finish', (message) => this.#ended(message));
    return true;
  }

  /** Whether no attempt is under way. */
  get #isIdle(): boolean {
    return this.active.size === 0 && !this.ambient.value;
  }

  #made(request: object & { readonly method?: unknown }, from: (request: object) => SentRequest): void {
    if (this.#isIdle && isHarmless(String(request.method))) return;
    const sent = from(request);
    const known = this.#takers.get(request);
    // Headers may have been set since it was created.
    if (known !== undefined) {
      known?.seesKey(sent);
      return;
    }
    const owner = this.#ownerOf(request);
    const taken = owner?.takes(request, sent) ?? false;
    this.#takers.set(request, owner ?? null);
    // What an attempt sends after its end may be a copy of it, too.
    const ended = this.ambient.value;
    if (ended && !this.active.has(ended)) ended.suspects(sent);
    if (taken) return;
    if (!owner && !ended) this.strays.add(sent);
    for (const watch of this.active) if (watch !== owner) watch.suspects(sent);
  }

  #ownerOf(request: object): CopyWatch | undefined {
    let owner: CopyWatch | undefined;
    for (const find of this.owners) owner ??= find(request);
    owner ??= this.ambient.value;
    return owner && this.active.has(owner) ? owner : undefined;
  }

  /** Over HTTP/2, undici resends only what was refused. */
  #writes({ request, socket }: Message): void {
    if (socket?.alpnProtocol !== 'h2' && this.#written.has(request)) this.#takers.get(request)?.writtenAgain(request);
    this.#written.add(request);
  }

  #ended({ request, response, error }: Message): void {
    const written = this.#written.has(request);
    this.#takers.get(request)?.ended(request, { status: response?.statusCode, error, written });
  }
}

/** One for the process, so that two copies of this package count a request once. */
export const sentRequests: SentRequests = /* @__PURE__ */ shared('sent-requests.1', () => new SentRequests());
