import { setTimeout as pause } from 'node:timers/promises';
import type { Report } from '@twicesafe/fetch';
import type { Client, Ending } from './clients.ts';
import { Origin } from './origin.ts';
import type { Operation } from './plan.ts';

/** The results of one client. The server's ledger counts what was done; the client reports the rest. */
export interface Column {
  readonly operations: number;
  /** Writes that took effect once, and reads that got an answer. */
  readonly doneOnce: number;
  readonly doneTwice: number;
  readonly notDone: number;
  /**
   * Of those not done, the ones that twicesafe left undone because a retry could have doubled them. Undefined without
   * reports.
   */
  readonly leftAlone: number | undefined;
  /** Operations that ended with an answer for the caller. */
  readonly answered: number;
  readonly sent: number;
  /** Requests sent before the time that the server had asked for. */
  readonly early: number;
  /** The reported effect of each write compared with the ledger. Undefined without reports. */
  readonly effects: Effects | undefined;
  readonly reports: readonly (readonly [Operation, Report])[];
}

interface Effects {
  readonly right: number;
  readonly undecided: number;
  readonly wrong: number;
}

const AT_ONCE = 5;
/** How long the port stays closed for operations whose connection is refused. */
const CLOSED_MS = 100;

/** Sends the whole plan with one client to a new origin. */
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
  const times = (operation: Operation): number =>
    operation.method === 'GET' ? Number(endings.get(operation)?.answered) : ledger.times(operation.id);
  const stopped = reports.filter(([operation, report]) => times(operation) === 0 && wasUnsafe(report));
  return {
    operations: plan.length,
    doneOnce: plan.filter((operation) => times(operation) === 1).length,
    doneTwice: plan.filter((operation) => times(operation) > 1).length,
    notDone: plan.filter((operation) => times(operation) === 0).length,
    leftAlone: reports.length > 0 ? stopped.length : undefined,
    answered: [...endings.values()].filter(({ answered }) => answered).length,
    sent: [...endings.values()].reduce((sum, { sent }) => sum + sent, 0),
    early,
    effects: reports.length > 0 ? judgeEffects(reports, (operation) => ledger.has(operation)) : undefined,
    reports,
  };
}

function wasUnsafe({ decision }: Report): boolean {
  return decision.action === 'stop' && decision.reason === 'not-repeatable';
}

function judgeEffects(reports: Column['reports'], inLedger: (operation: Operation) => boolean): Effects {
  const writes = reports.filter(([{ method }]) => method !== 'GET');
  const undecided = writes.filter(([, { effect }]) => effect === 'maybe-applied').length;
  const wrong = writes.filter(
    ([operation, { effect }]) => effect !== 'maybe-applied' && (effect === 'applied') !== inLedger(operation),
  ).length;
  return { right: writes.length - undecided - wrong, undecided, wrong };
}
