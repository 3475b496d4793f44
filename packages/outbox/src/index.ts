export { keys } from '@twicesafe/fetch';
export type { Intent, IntentState, StoredIntent } from './intents/intent.ts';
export { type Health, type Outbox, type OutboxOptions, openOutbox, type RunningOutbox } from './outbox.ts';
export type { KeyScheme } from './scheme.ts';
export type { Confirm, SendOptions, StartOptions } from './sending/options.ts';
export type { Prepare, SentRequest } from './sending/sent-request.ts';
export type { Settled } from './sending/settled.ts';
export type { Counts, OutboxStore, Resolution } from './stores/store.ts';
