import { expressIdempotency, expressIdempotencyRedis } from './express-idempotency.ts';
import { idempotencyBackend } from './idempotency-backend.ts';
import { nodeIdempotency } from './node-idempotency.ts';
import { powertools } from './powertools.ts';
import type { Subject } from './subject.ts';
import { twicesafe } from './twicesafe.ts';

/** Every such package in the npm registry, with ours first. */
export const SUBJECTS: readonly Subject[] = [
  twicesafe,
  expressIdempotency,
  expressIdempotencyRedis,
  nodeIdempotency,
  powertools,
  idempotencyBackend,
];
