import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type RetryOptions, reportOf } from '@twicesafe/core';
import { Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { wrapAws } from '../src/aws.ts';
import { sdkSuite } from './support/suite.ts';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
const target = { Bucket: 'orders', Key: 'order' };
const FAST = { skipWaits: true };

function s3(endpoint: string, options: RetryOptions): S3Client {
  return wrapAws(new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true }), options);
}

function dynamo(endpoint: string): DynamoDBClient {
  return wrapAws(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }), FAST);
}

sdkSuite({
  name: 'a client of the AWS SDK',
  takesFetch: false,
  provesRefusal: true,
  answers: {
    read: { body: '<ListAllMyBucketsResult/>' },
    write: { body: '<InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>' },
  },
  read: async (url, options, { signal } = {}) =>
    s3(url, options).send(new ListBucketsCommand({}), { ...(signal && { abortSignal: signal }) }),
  write: async (url, options) => s3(url, options).send(new CreateMultipartUploadCommand(target)),
});

test('every attempt is signed again, with the marks of one call', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), status(200, { body: '<ListAllMyBucketsResult/>' }));

  await s3(origin.url, { ...FAST, attemptHeader: 'x-attempt' }).send(new ListBucketsCommand({}));

  const headers = origin.requests.map((each) => each.headers);
  expect(new Set(headers.map((each) => each['amz-sdk-invocation-id'])).size).toBe(1);
  expect(headers.map((each) => each['amz-sdk-request'])).toEqual(['attempt=1; max=3', 'attempt=2; max=3']);
  expect(new Set(headers.map((each) => each.authorization)).size).toBe(2);
});

describe("S3's 200 with an error inside", () => {
  const failed = status(200, { body: '<Error><Code>InternalError</Code></Error>' });

  test('is no success: a PUT is sent again', async () => {
    await using origin = await Origin.listen();
    origin.plays(failed, status(200, { body: '<CopyObjectResult><ETag>"7"</ETag></CopyObjectResult>' }));

    const output = await s3(origin.url, FAST).send(new CopyObjectCommand({ ...target, CopySource: 'a/b' }));

    expect(origin.requests).toHaveLength(2);
    expect(output.CopyObjectResult?.ETag).toBe('"7"');
    expect(reportOf(output)?.attempts).toHaveLength(2);
  });

  test('is in doubt for a POST, which is not sent again', async () => {
    await using origin = await Origin.listen({ respond: () => failed });

    const error = await rejectionOf(
      s3(origin.url, FAST).send(new CompleteMultipartUploadCommand({ ...target, UploadId: '7' })),
    );

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)?.effect).toBe('maybe-applied');
  });
});

test('a stream is sent once, bytes are sent again', async () => {
  await using origin = await Origin.listen({ respond: () => status(503) });
  const put = (Body: Readable | string): Promise<unknown> =>
    s3(origin.url, FAST)
      .send(new PutObjectCommand({ ...target, Body, ContentLength: 5 }))
      .catch(() => {});

  await put(Readable.from([Buffer.from('bytes')]));
  expect(origin.requests).toHaveLength(1);

  await put('bytes');
  expect(origin.requests).toHaveLength(4);
});

describe('DynamoDB, where everything is a POST', () => {
  const json = { 'content-type': 'application/x-amz-json-1.0' };

  test('repeats a call with a token that the service recognizes, with the same token', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(200, { headers: json, body: '{}' }));

    await dynamo(origin.url).send(new TransactWriteItemsCommand({ TransactItems: [] }));

    const tokens = origin.requests.map(({ text }) => JSON.parse(text).ClientRequestToken);
    expect(tokens).toEqual([tokens[0], tokens[0]]);
    expect(tokens[0]).toMatch(/^[\da-f-]{36}$/);
  });

  test('recognizes throttling by error name, and retries it only with permission', async () => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}';
    await using origin = await Origin.listen({ respond: () => status(400, { headers: json, body }) });

    const error = await rejectionOf(
      dynamo(origin.url).send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: '7' } } })),
    );

    expect(error.name).toBe('ThrottlingException');
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'not-repeatable' } });
    expect(origin.requests).toHaveLength(1);
  });
});

test("refuses objects that aren't SDK clients", () => {
  expect(() => wrapAws({} as never)).toThrow(/wrapAws takes a client of the AWS SDK/);
});
