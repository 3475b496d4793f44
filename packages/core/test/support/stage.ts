import { VirtualClock } from '@twicesafe/testing';
import type { Report } from '../../src/effect/report.ts';
import type { Clock } from '../../src/operation/clock.ts';
import { Operation } from '../../src/operation/operation.ts';
import { Policy } from '../../src/operation/policy.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { resolveSettings } from '../../src/options/settings.ts';
import { type Act, ScriptedClient, type ScriptedResponse } from './scripted-client.ts';
import { request } from './situations.ts';

/** A policy as adapters see it, on a clock of the test's. */
export function policyWith(options: RetryOptions = {}, clock: Clock = new VirtualClock()): Policy {
  return new Policy(resolveSettings(options), clock);
}

/** What one operation is made of. */
export interface Staging {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly options?: RetryOptions;
  readonly request?: RequestRetryOptions;
  readonly signal?: AbortSignal;
  readonly clock?: VirtualClock;
}

/** An operation that is about to start. */
export interface Staged {
  readonly clock: VirtualClock;
  readonly client: ScriptedClient;
  readonly policy: Policy;
  readonly operation: Operation;
  start(): Promise<ScriptedResponse>;
}

/** An operation that has ended. */
export interface Played extends Staged {
  readonly response: ScriptedResponse | undefined;
  readonly error: unknown;
  readonly report: Report;
  /** How many attempts were sent. */
  readonly sent: number;
}

/** An operation with a scripted client, on a virtual clock. Waits take 100 ms unless the options say otherwise. */
export function stage(acts: readonly Act[], staging: Staging = {}): Staged {
  const { method = 'GET', url, headers, options, signal, clock = new VirtualClock() } = staging;
  const policy = policyWith({ backoff: () => 100, ...options }, clock);
  const operation = new Operation(policy, request(method, headers, url), staging.request);
  const client = new ScriptedClient(clock, acts, signal);
  return { clock, client, policy, operation, start: () => runOperation(operation, client) };
}

/** Runs an operation to its end, and returns how it ended and its report. */
export async function play(acts: readonly Act[], staging: Staging = {}): Promise<Played> {
  const staged = stage(acts, staging);
  const settled = staged.start().then(
    (response) => ({ response, error: undefined }),
    (error: unknown) => ({ response: undefined, error }),
  );
  const { response, error } = await staged.clock.run(settled);
  return { ...staged, response, error, report: staged.operation.report(), sent: staged.client.sentAtMs.length };
}
