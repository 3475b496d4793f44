/**
 * A process to be killed. It sends the intents of a file. Started with the path, and with the name of an outbox that
 * has no keys.
 */
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';

const [path = '', name] = process.argv.slice(2);
const store = sqliteOutbox(path);
const outbox = name === undefined ? openOutbox({ store }) : openOutbox({ store, name, scheme: 'none' });
outbox.start({ pollMs: 5, leaseMs: 300, maxWaitMs: 50, concurrency: 4, retry: { budget: 'none' } });
process.send?.('started');
