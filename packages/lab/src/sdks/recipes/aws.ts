import { S3Client } from '@aws-sdk/client-s3';
import { twicesafe } from '@twicesafe/sdks/aws';

export function client(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  s3.middlewareStack.use(twicesafe());
  return s3;
}
