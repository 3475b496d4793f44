// Read as `backoffs.exponential()`: the index exports this module as one name.
export {
  type BackoffOptions,
  constantBackoff as constant,
  decorrelatedBackoff as decorrelated,
  equalJitterBackoff as equalJitter,
  exponentialBackoff as exponential,
} from './backoff.ts';
