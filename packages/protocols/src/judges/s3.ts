import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { quoted } from '../shared/quoted.ts';
import { aws, xmlCode } from './aws.ts';

/** Errors that the service causes, rather than the request. */
const TRANSIENT: ReadonlySet<string> = new Set(['InternalError', 'RequestTimeout', 'ServiceUnavailable', 'SlowDown']);

/**
 * Judges Amazon S3 responses. `CopyObject`, `UploadPartCopy` and `CompleteMultipartUpload` answer 200 before they
 * finish, and may end the body with an `<Error>`. For all other responses, the verdict is that of `aws`.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const s3: BodyJudge = /* @__PURE__ */ bodyJudge(judgeS3);

function judgeS3(response: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  if (response.status !== 200) return aws(response, text);
  if (!text.trimEnd().endsWith('</Error>')) return undefined;
  const code = xmlCode(text) ?? '';
  return { verdict: TRANSIENT.has(code) ? 'transient' : 'final', subject: `S3 error ${quoted(code)} in a 200` };
}
