import type { KyAttempts } from './ky-attempts.ts';

/** ky refused to build the request, so nothing was sent. */
export function refuse(attempts: KyAttempts, error: unknown): void {
  try {
    const operation = attempts.operate(attempts.given);
    operation.begin();
    const failure = { type: 'failure', kind: 'programmer-error', delivery: 'never-sent', error } as const;
    operation.judge(failure, { aborted: false, bodyUsed: false });
    operation.settle(error);
  } catch {
    // An operation that cannot be made has no report.
  }
}
