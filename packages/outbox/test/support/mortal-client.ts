/** A process to be killed. It sends the intents of a file. Started with the path. */
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';

const outbox = openOutbox({ store: sqliteOutbox(process.argv[2] ?? '') });
outbox.start({ pollMs: 5, leaseMs: 300, maxWaitMs: 50, concurrency: 4, retry: { budget: 'none' } });
process.send?.('started');
