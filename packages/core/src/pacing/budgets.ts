export { type TokenBucketOptions, tokenBucket } from './token-bucket.ts';
export { type WindowBudgetOptions, windowBudget as window } from './window-budget.ts';
