import { setTimeout as pause } from 'node:timers/promises';
import type { Report } from '@twicesafe/fetch';
import type { Client, Ending } from './clients.ts';
import { Origin } from './origin.ts';
import { isRepeatable, type Operation } from './plan.ts';

/** What became of all operations with one client: counted at the server, not told by the client. */
export interface Column {
  readonly operations: number;
  /** Operations that ended with an answer for the caller. */
  readonly answered: number;
  readonly sent: number;
  /** Requests that came back before the time that the server had asked for. */
  readonly early: number;
  /** Never done, or a read that nobody answered, though a repeat could have done no harm. */
  readonly lost: number;
  /** Never done, and a repeat could have doubled it. */
  readonly leftAlone: number;
  readonly appliedTwice: number;
  /** What the client said about the effect of each write, against the ledger; undefined if it says nothing. */
  readonly effects: Effects | undefined;
  readonly reports: readonly (readonly [Operation, Report])[];
}

interface Effects {
  readonly right: number;
  readonly undecided: number;
  readonly wrong: number;
}

const AT_ONCE = 5;
/** For so long the port is closed to those whose connections are refused. */
const CLOSED_MS = 100;

/** Sends the whole plan with one client to an origin of its own. */
export async function runColumn(
  client: Client,
  plan: readonly Operation[],
  progress: (done: number) => void = () => {},
): Promise<Column> {
  const origin = new Origin(plan);
  const endings = new Map<Operation, Ending>();
  const send = async (operation: Operation): Promise<void> => {
    endings.set(operation, await client(origin.urlOf(operation), operation));
    progress(endings.size);
  };

  await origin.open();
  await origin.close();
  const refused = plan.filter(({ fault }) => fault === 'refused').map(send);
  await pause(CLOSED_MS);
  await origin.open();
  await Promise.all(refused);

  const others = plan.filter(({ fault }) => fault !== 'refused').values();
  const work = async (): Promise<void> => {
    for (const operation of others) await send(operation);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await origin.close();
  return count(plan, origin, endings);
}

function count(plan: readonly Operation[], { ledger, early }: Origin, endings: Map<Operation, Ending>): Column {
  const reports = [...endings].flatMap(([operation, { report }]) => (report ? [[operation, report] as const] : []));
  const done = (operation: Operation): boolean =>
    operation.method === 'GET' ? endings.get(operation)?.answered === true : ledger.has(operation);
  const missing = plan.filter((operation) => !done(operation));
  return {
    operations: plan.length,
    answered: [...endings.values()].filter(({ answered }) => answered).length,
    sent: [...endings.values()].reduce((sum, { sent }) => sum + sent, 0),
    early,
    lost: missing.filter(isRepeatable).length,
    leftAlone: missing.filter((operation) => !isRepeatable(operation)).length,
    appliedTwice: plan.filter(({ id }) => ledger.times(id) > 1).length,
    effects: reports.length > 0 ? judgeEffects(reports, (operation) => ledger.has(operation)) : undefined,
    reports,
  };
}

function judgeEffects(reports: Column['reports'], inLedger: (operation: Operation) => boolean): Effects {
  const writes = reports.filter(([{ method }]) => method !== 'GET');
  const undecided = writes.filter(([, { effect }]) => effect === 'maybe-applied').length;
  const wrong = writes.filter(
    ([operation, { effect }]) => effect !== 'maybe-applied' && (effect === 'applied') !== inLedger(operation),
  ).length;
  return { right: writes.length - undecided - wrong, undecided, wrong };
}
