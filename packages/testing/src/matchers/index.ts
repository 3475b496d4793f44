export { type MatcherResult, type Matchers, matchers } from './matchers.ts';
