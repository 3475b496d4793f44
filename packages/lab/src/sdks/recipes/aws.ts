import { S3Client } from '@aws-sdk/client-s3';
import { wrapAws } from '@twicesafe/sdks/aws';

// In place of the SDK's own retries: its maxAttempts does not matter.
export function client(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  return wrapAws(new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true }));
}
