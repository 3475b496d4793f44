export * from '@twicesafe/core/user';
export { type SafeAgentOptions, safeAgent } from './safe-agent.ts';
