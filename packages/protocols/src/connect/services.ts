/** The part of a method descriptor (`DescMethod` of `protoc-gen-es` 2) that {@link connect} reads. */
export interface ConnectMethod {
  /** The name in the protobuf file: `GetOrder`. */
  readonly name: string;
  /** Only `unary` methods are read. */
  readonly methodKind: string;
  /** `option idempotency_level`: 1 is `NO_SIDE_EFFECTS`, 2 is `IDEMPOTENT`. */
  readonly idempotency: number;
}

/** The part of a service descriptor (`DescService` of `protoc-gen-es` 2) that {@link connect} reads. */
export interface ConnectService {
  /** The full name in the protobuf file: `shop.v1.Orders`. */
  readonly typeName: string;
  readonly methods: readonly ConnectMethod[];
}

/**
 * Returns the unary methods of services by the end of their path, such as `shop.v1.Orders/GetOrder`.
 *
 * @throws {TypeError} If a service isn't a `protoc-gen-es` 2 descriptor or lacks methods.
 */
export function methodsOf(services: readonly ConnectService[]): ReadonlyMap<string, ConnectMethod> {
  if (services.length === 0) throw new TypeError('connect: give at least one service');
  return new Map(services.flatMap((service) => methodsOfOne(service)));
}

function methodsOfOne(service: ConnectService): readonly (readonly [string, ConnectMethod])[] {
  const { typeName, methods } = service ?? {};
  if (typeof typeName !== 'string' || !Array.isArray(methods) || methods.length === 0) {
    throw new TypeError(
      `connect: a service must have a typeName and methods, as protoc-gen-es 2 generates them, not ${typeName ?? String(service)}`,
    );
  }
  return methods
    .filter((method: ConnectMethod) => method?.methodKind === 'unary')
    .map((method: ConnectMethod) => [`${typeName}/${method.name}`, method] as const);
}
