/** A process that writes to a SQLite file for a while. Started with the path and the milliseconds. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

const [path = '', ms] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec('begin exclusive');
process.send?.('locked');
await setTimeout(Number(ms));
database.exec('commit');
database.close();
process.disconnect();
