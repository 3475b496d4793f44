/**
 * The entry point `.` inside this workspace: the published one, and the client suite, which needs vitest and is published as
 * `./suites/client`.
 */
import './suites/client/own-agent.ts';

export * from './index.ts';
export { adapterSuite } from './suites/client/adapter-suite.ts';
export { type PoolOptions, poolOptionsOf } from './suites/client/connections.ts';
export { outerRetriesSuite } from './suites/client/outer-retries.ts';
export {
  type Difference,
  type ReportLike,
  type RequestInitLike,
  rejectionOf,
  type Send,
  type Subject,
  stageFor,
} from './suites/client/subject.ts';
