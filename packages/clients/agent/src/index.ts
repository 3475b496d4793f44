export * from '@twicesafe/core';
export { type SafeAgentOptions, safeAgent } from './safe-agent.ts';
