import type { BodyJudge } from '../decision/body-judge.ts';
import type { ProtocolAnswer, ProtocolRequest, ProtocolResponse } from '../decision/protocol.ts';
import { checkKnown, checkType } from '../options/check.ts';
import { askJudges } from './body-answer.ts';

/**
 * Makes a judge of bodies, for a rule or a protocol. Only programs that import this function carry the code that reads
 * bodies.
 *
 * @param judge - Answers what a response means, or returns undefined if its status says everything. It is pure and
 *   never throws. The text is the whole body, or empty if the body is missing, longer than 64 KiB, or not JSON or XML.
 * @param options - `wants` tells whether the judge needs the body of a response. By default, it needs every body.
 * @throws {TypeError} If one of them isn't a function, or for an unknown option.
 *
 * @example
 * const judge = bodyJudge(({ status }, text) =>
 *   status === 200 && text.includes('"busy"') ? { verdict: 'transient', subject: 'busy server' } : undefined,
 * );
 * wrapFetch({ rules: [{ url: /^https:\/\/api\.example\//, judge }] });
 */
export function bodyJudge(
  judge: (response: ProtocolResponse, text: string, request?: ProtocolRequest) => ProtocolAnswer | undefined,
  options: { readonly wants?: ((response: ProtocolResponse) => boolean) | undefined } = {},
): BodyJudge {
  checkType('the judge', judge ?? null, 'function');
  checkKnown('bodyJudge', options, ['wants']);
  const { wants } = options;
  checkType('wants', wants, 'function');
  const made = (...given: Parameters<typeof judge>): ProtocolAnswer | undefined => judge(...given);
  return Object.assign(made, { askAll: askJudges, ...(wants && { wants }) });
}
