export { aside } from './aside.ts';
export { resendCount } from './resend-count.ts';
export { type RetryMetricsOptions, retryMetrics } from './retry-metrics.ts';
export { traceEvents } from './trace-events.ts';
export { type TracedOptions, traced } from './traced.ts';
