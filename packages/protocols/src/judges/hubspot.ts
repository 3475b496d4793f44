import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';
import { isError } from '../shared/wants.ts';

const LIMITS = 'https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines';

/**
 * Judges a 429 of HubSpot by its `policyName`. The daily limit is final, and all other limits are transient.
 *
 * Source: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
export const hubspot: BodyJudge = /* @__PURE__ */ bodyJudge(judgeHubspot, { wants: isError });

function judgeHubspot({ status }: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  const policy = at(parseJson(text), 'policyName');
  if (status !== 429 || typeof policy !== 'string') return undefined;
  const verdict = policy === 'DAILY' ? 'final' : 'transient';
  return { verdict, subject: `HubSpot limit ${quoted(policy)}`, refused: LIMITS };
}
