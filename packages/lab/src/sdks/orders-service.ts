import { create, createFileRegistry, type DescMethodUnary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';

const order = { inputType: '.shop.Order', outputType: '.shop.Order' };
const file = create(FileDescriptorProtoSchema, {
  name: 'orders.proto',
  package: 'shop',
  syntax: 'proto3',
  messageType: [{ name: 'Order' }],
  service: [
    {
      name: 'Orders',
      method: [
        { name: 'Read', ...order, options: { idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS } },
        { name: 'Place', ...order },
      ],
    },
  ],
});
const service = createFileRegistry(file, () => undefined).getService('shop.Orders');

function methodOf(name: string): DescMethodUnary {
  const method = service?.methods.find((one) => one.name === name);
  if (method?.methodKind !== 'unary') throw new Error(`orders.proto has no unary method ${name}`);
  return method as DescMethodUnary;
}

/** A method without side effects. */
export const read: DescMethodUnary = methodOf('Read');
/** A method without an idempotency level. */
export const place: DescMethodUnary = methodOf('Place');
