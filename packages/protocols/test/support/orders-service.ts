import { create, createFileRegistry, type DescMessage, type DescService } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
  MethodOptions_IdempotencyLevel,
} from '@bufbuild/protobuf/wkt';

const { NO_SIDE_EFFECTS, IDEMPOTENT, IDEMPOTENCY_UNKNOWN } = MethodOptions_IdempotencyLevel;

const registry = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      file_google_protobuf_duration.proto,
      {
        name: 'google/rpc/error_details.proto',
        package: 'google.rpc',
        syntax: 'proto3',
        dependency: ['google/protobuf/duration.proto'],
        messageType: [{ name: 'RetryInfo', field: [field('retry_delay', '.google.protobuf.Duration')] }],
      },
      {
        name: 'shop/v1/orders.proto',
        package: 'shop.v1',
        syntax: 'proto3',
        messageType: [{ name: 'Order', field: [field('id')] }],
        service: [
          {
            name: 'Orders',
            method: [
              method('Get', NO_SIDE_EFFECTS),
              method('Put', IDEMPOTENT),
              method('Pay', IDEMPOTENCY_UNKNOWN),
              { ...method('Watch', NO_SIDE_EFFECTS), serverStreaming: true },
            ],
          },
        ],
      },
    ],
  }),
);

/** `shop.v1.Orders`, as `protoc-gen-es` 2 would generate it. */
export const Orders: DescService = found(registry.getService('shop.v1.Orders'));
/** `google.rpc.RetryInfo`. */
export const RetryInfo: DescMessage = found(registry.getMessage('google.rpc.RetryInfo'));

function field(name: string, typeName?: string) {
  const type = typeName ? FieldDescriptorProto_Type.MESSAGE : FieldDescriptorProto_Type.STRING;
  return { name, number: 1, label: FieldDescriptorProto_Label.OPTIONAL, type, ...(typeName && { typeName }) };
}

function method(name: string, idempotencyLevel: MethodOptions_IdempotencyLevel) {
  return { name, inputType: '.shop.v1.Order', outputType: '.shop.v1.Order', options: { idempotencyLevel } };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not in the registry');
  return value;
}
