import { CreateMultipartUploadCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { wrapFetch } from '@twicesafe/fetch';
import { fetchHandler } from '../fetch-handler.ts';
import { client } from '../recipes/aws.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: S3Client): Calls {
  return {
    read: () => sdk.send(new ListBucketsCommand({})),
    write: () => sdk.send(new CreateMultipartUploadCommand({ Bucket: 'orders', Key: 'order' })),
  };
}

export const aws: Sdk = {
  name: '@aws-sdk/client-s3',
  file: 'aws',
  retriesOff: '`maxAttempts: 1`',
  marks: '`amz-sdk-request`, `amz-sdk-invocation-id`',
  open(endpoint, options) {
    const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
    const requestHandler = options && { requestHandler: fetchHandler(wrapFetch(options)) as never };
    return calls(new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, ...requestHandler }));
  },
  recipe: (url) => calls(client(url)),
};
