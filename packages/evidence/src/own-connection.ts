import { builtinModule } from '@twicesafe/core/adapter';
import { currentRuntime } from './delivery/detect-runtime.ts';
import { sourceOf } from './native-fetch.ts';

type AnyFunction = (...parameters: never[]) => unknown;
type WithRequest = Record<'request', AnyFunction>;
interface Net {
  readonly connect: AnyFunction;
  readonly Socket: { readonly prototype: { readonly connect: AnyFunction } };
}

// Node 22 to 26: lib/net.js, lib/http.js and lib/https.js
const CONNECT = /^function connect\(\.\.\.args\) \{\s*const normalized = normalizeArgs\(args\);/;
const SOCKET_CONNECT = /^function ?\(\.\.\.args\) \{\s*let normalized;[\s\S]+\[normalizedArgsSymbol\]/;
const REQUEST = /^function request\(url, options, cb\) \{\s*return new ClientRequest\(url, options, cb\);\s*\}$/;
const SECURE_REQUEST = /^function request\(\.\.\.args\) \{[\s\S]+ReflectConstruct\(ClientRequest, args\);\s*\}$/;

const known = new WeakMap<object, boolean>();

/**
 * Whether Node opens its connections itself. MSW and nock replace a function inside, and then code of others answers
 * requests that every client sent as its own. That code may send copies of them.
 *
 * @returns true in other runtimes, which don't show requests.
 * @example
 * isOwnConnection(); // false while MSW or nock listens
 */
export function isOwnConnection(): boolean {
  const { connect, Socket } = moduleOf<Net>('node:net');
  return isOwn(connect, CONNECT) && isOwn(Socket?.prototype.connect, SOCKET_CONNECT);
}

/**
 * Whether `node:http` sends its requests itself. A tracer replaces `http.request` as well, and passes requests on.
 *
 * @returns true in other runtimes, which don't show requests.
 * @example
 * isOwnTransport(); // false behind a tracer
 */
export function isOwnTransport(): boolean {
  return (
    isOwn(moduleOf<WithRequest>('node:http').request, REQUEST) &&
    isOwn(moduleOf<WithRequest>('node:https').request, SECURE_REQUEST) &&
    isOwnConnection()
  );
}

const modules = new Map<string, object>();

function moduleOf<Module extends object>(name: string): Partial<Module> {
  if (currentRuntime() !== 'node') return {};
  let found = modules.get(name);
  if (!found) {
    found = builtinModule<Module>(name) ?? {};
    modules.set(name, found);
  }
  return found;
}

/** Reading a function's source takes time, so each is read once. */
function isOwn(given: AnyFunction | undefined, source: RegExp): boolean {
  if (!given) return true;
  let own = known.get(given);
  if (own === undefined) {
    own = source.test(sourceOf(given));
    known.set(given, own);
  }
  return own;
}
