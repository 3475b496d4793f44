import { explain } from '@twicesafe/fetch';
import { listen } from './document-api.ts';
import { update } from './update.ts';

await using api = await listen('lost');
const { status, report } = await update(api.url, 'second');
console.log(`Status ${status}, and yet:\n${explain(report)}`);
console.log(`The server has the versions ${api.versions.join(', ')}.`);
