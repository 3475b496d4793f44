export { type FaultyHandlers, type HandlersOptions, handlersFor } from './handlers-for.ts';
