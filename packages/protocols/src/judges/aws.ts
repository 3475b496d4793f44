import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson, textOf } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';
import { isError } from '../shared/wants.ts';

const THROTTLED = 'https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html';

/** "The request was denied due to request throttling." The names come from AWS's own clients (`@smithy/core`). */
const THROTTLES: ReadonlySet<string> = new Set([
  'EC2ThrottledException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
/** Names from the same list that may refer to the resource or to an earlier attempt. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'TransactionInProgressException',
]);

/**
 * Judges AWS responses. Finds throttling errors, even in a 400, by `x-amzn-errortype`, by `__type` or `code` in JSON,
 * or by `<Code>` in XML.
 *
 * Source: https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html
 */
export const aws: BodyJudge = /* @__PURE__ */ bodyJudge(judgeAws, { wants: isError });

function judgeAws({ status, headers }: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  if (status < 400) return undefined;
  const body = parseJson(text);
  const name = headers.get('x-amzn-errortype') ?? at(body, '__type') ?? at(body, 'code') ?? xmlCode(text) ?? '';
  // A namespace and "#" may precede the code, and ":" and a URL may follow it.
  const code = textOf(name)
    .replace(/^[^#]*#/, '')
    .replace(/:.*$/s, '');
  const subject = `AWS error ${quoted(code)}`;
  if (THROTTLES.has(code)) return { verdict: 'transient', subject, refused: THROTTLED };
  return TRANSIENT.has(code) ? { verdict: 'transient', subject } : undefined;
}

/** Returns the first `<Code>` of an XML error. */
export function xmlCode(text: string): string | undefined {
  return /<Code>([\w.]{1,100})<\/Code>/.exec(text)?.[1];
}
