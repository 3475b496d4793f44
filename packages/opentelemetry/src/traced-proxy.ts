/** Runs what sends a request. */
export type Around = <Result>(send: () => Result) => Result;

type Callable = (...parameters: unknown[]) => unknown;

/** The methods of clients that send requests. Others, such as axios' `getUri`, do not. */
const SENDERS: ReadonlySet<unknown> = /* @__PURE__ */ new Set(
  'get head post put patch delete options query request postForm putForm patchForm stream'.split(' '),
);

/** The methods that make another instance. */
const FACTORIES: ReadonlySet<unknown> = /* @__PURE__ */ new Set(['create', 'extend']);

/** A client whose calls run within `around`. */
export function tracedProxy<Client extends object>(client: Client, around: Around): Client {
  // Everything that a dispatcher of undici's sends goes through its `dispatch`.
  const isDispatcher = typeof (client as { dispatch?: unknown }).dispatch === 'function';
  // The same method is the same function each time, as in the client itself.
  const known = new WeakMap<Callable, Callable>();
  const wrapped = (name: unknown, member: Callable): Callable => {
    if (isDispatcher ? name === 'dispatch' : SENDERS.has(name)) return sender(member, around);
    return factory(member, around);
  };
  return new Proxy(client, {
    apply: (target, self, parameters) => around(() => Reflect.apply(target as Callable, self, parameters)),
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      const isOurs = isDispatcher ? name === 'dispatch' : SENDERS.has(name) || FACTORIES.has(name);
      if (typeof member !== 'function' || !isOurs) return member;
      const made = known.get(member as Callable) ?? wrapped(name, member as Callable);
      known.set(member as Callable, made);
      return made;
    },
  });
}

/** A proxy, since some methods have members: `got.stream.post`. */
function sender(member: Callable, around: Around): Callable {
  return new Proxy(tracedMembers(member, around), {
    apply: (target, self, parameters) => around(() => Reflect.apply(target, self, parameters)),
  });
}

function tracedMembers(member: Callable, around: Around): Callable {
  return new Proxy(member, {
    get: (target, name) => {
      const own: unknown = Reflect.get(target, name);
      return typeof own === 'function' && SENDERS.has(name) ? sender(own as Callable, around) : own;
    },
  });
}

function factory(member: Callable, around: Around): Callable {
  return new Proxy(member, {
    apply: (target, self, parameters) => {
      const made: unknown = Reflect.apply(target, self, parameters);
      return typeof made === 'function' ? tracedProxy(made, around) : made;
    },
  });
}
