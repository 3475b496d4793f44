import type { AskJudges } from '../decision/body-judge.ts';
import type { ProtocolAnswer } from '../decision/protocol.ts';
import type { HeadersLike } from '../decision/traits.ts';
import { describe } from '../options/check.ts';
import { DEFAULTS } from '../options/defaults.ts';
import { within } from './within.ts';

const VERDICTS: readonly unknown[] = ['success', 'transient', 'final'];

/** JSON and XML, `application/x-amz-json-1.0` too. Types of streams are left to their reader. */
const TEXT = /^(?:application|text)\/(?!connect|grpc|[^;]*\b(?:seq|stream)\b)[^;]*\b(?:json|xml)\b/i;

/** Reads the body of a response as text, if it may be of interest, and asks the judges in order. */
export const askJudges: AskJudges = (judges, response, look, limits) => {
  const ask = (text = ''): ProtocolAnswer | undefined => {
    for (const judge of judges) {
      const answer = checkedAnswer(judge(response, text));
      if (answer) return answer;
    }
    return undefined;
  };
  return (
    isText(response.headers)
      ? within(limits, (signal) => look(DEFAULTS.judgedBytes, signal))
      : Promise.resolve(undefined)
  ).then((text) => ask(text));
};

function isText(headers: HeadersLike): boolean {
  return (
    TEXT.test(headers.get('content-type') ?? '') && !(Number(headers.get('content-length')) > DEFAULTS.judgedBytes)
  );
}

/**
 * A copy of the members that are known, each of which is read once. A promise would wait for ever for an answer that
 * has a `then`.
 *
 * @throws {TypeError} For a promise, an unknown verdict, a wait without a number, or a refusal without its page.
 */
function checkedAnswer(answer: ProtocolAnswer | undefined): ProtocolAnswer | undefined {
  if (answer === undefined) return undefined;
  const { verdict, subject, waitMs, refused } = (answer ?? {}) as ProtocolAnswer;
  if (!VERDICTS.includes(verdict) || typeof subject !== 'string') {
    // A promise that is rejected later must not end the process.
    Promise.resolve(answer).catch(() => {});
    throw new TypeError(
      `judge must return undefined or an answer with a verdict and a subject, not ${describe(answer)}`,
    );
  }
  if (waitMs !== undefined && (typeof waitMs !== 'number' || !(waitMs >= 0)))
    throw new TypeError(`waitMs of a judge's answer must be a number of milliseconds, not ${describe(waitMs)}`);
  if (refused !== undefined && (typeof refused !== 'string' || refused === ''))
    throw new TypeError(
      `refused of a judge's answer must be the URL of the page that proves it, not ${describe(refused)}`,
    );
  return Object.freeze({ verdict, subject, ...(waitMs !== undefined && { waitMs }), ...(refused && { refused }) });
}
