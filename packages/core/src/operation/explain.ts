import type { Decision } from '../decision/decision.ts';
import { explainDecision, explainReport } from '../decision/explain.ts';
import { pageOf } from '../decision/page-of.ts';
import type { Report } from '../effect/report.ts';
import { reportOf } from './reports.ts';

/**
 * Explains why a request was retried or not, and names the section of the standard, if any. For a whole operation,
 * explains how it ended, with a line for each attempt. Query values and userinfo are left out.
 *
 * @param subject - A response or an error that a wrapped client returned (or an error that wraps it), a report, or a
 *   decision.
 *
 * @example
 * console.log(explain(await fetch('https://api.example/orders/7', { method: 'PUT', body })));
 */
export function explain(subject: unknown): string {
  if (isReport(subject)) return explainReport(subject);
  if (isDecision(subject)) return `${explainDecision(subject)} More: ${pageOf(subject.reason)}`;
  const report = reportOf(subject);
  return report
    ? explainReport(report)
    : 'No report: pass the response or the error of a request that a wrapped client sent.';
}

function isReport(subject: unknown): subject is Report {
  return typeof subject === 'object' && subject !== null && 'attempts' in subject && 'effectReason' in subject;
}

function isDecision(subject: unknown): subject is Decision {
  return typeof subject === 'object' && subject !== null && 'action' in subject && 'reason' in subject;
}
