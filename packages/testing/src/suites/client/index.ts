import './own-agent.ts';

export { rejectionOf } from '../../rejection-of.ts';
export { adapterSuite } from './adapter-suite.ts';
export { collectGarbage } from './collect-garbage.ts';
export { type PoolOptions, poolOptionsOf } from './connections.ts';
export { outerRetriesSuite } from './outer-retries.ts';
export {
  type AttemptLike,
  type Difference,
  type ReportLike,
  type RequestInitLike,
  type Send,
  type Stage,
  type Subject,
  stageFor,
} from './subject.ts';
