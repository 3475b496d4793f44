import type { ProofPlan } from './plan.ts';
import type { Stage } from './stage.ts';
import { TestingError } from './testing-error.ts';

/** The effects of one run. */
interface EffectCount {
  readonly effects: number;
  readonly doubled: boolean;
  readonly twinned: boolean;
}

/** Counts the effects of a run from where it began. */
export type CountEffects = (stage: Stage) => Promise<EffectCount>;

/**
 * Begins to count the effects of a run: in the user's own store, or in the ledger of the stage.
 *
 * @throws TestingError `effects-failed`.
 */
export async function startCount<Client>(plan: ProofPlan<Client>): Promise<CountEffects> {
  const { count, effectOf, expected } = plan;
  if (count) {
    const before = await ask(count);
    return async (stage) => {
      const effects = (await ask(count)) - before;
      return { effects, doubled: effects > expected, twinned: effects <= expected + stage.twins };
    };
  }
  if (effectOf) return async (stage) => byIdentity(stage, effectOf);
  return async (stage) => {
    const effects = stage.effects.length;
    return { effects, doubled: effects > expected, twinned: effects <= expected + stage.twins };
  };
}

function byIdentity(stage: Stage, effectOf: NonNullable<ProofPlan<unknown>['effectOf']>): EffectCount {
  const identities = new Set(stage.effects.map(effectOf));
  const surplus = stage.effects.length - identities.size;
  return { effects: stage.effects.length, doubled: surplus > 0, twinned: surplus <= stage.twins };
}

async function ask(count: () => number | Promise<number>): Promise<number> {
  let answer: unknown;
  try {
    answer = await count();
  } catch (cause) {
    throw new TestingError('effects-failed', 'effects() threw, so effects cannot be counted', { cause });
  }
  if (typeof answer === 'number' && Number.isInteger(answer)) return answer;
  throw new TestingError('effects-failed', `effects() must return a whole number, not ${JSON.stringify(answer)}`);
}
