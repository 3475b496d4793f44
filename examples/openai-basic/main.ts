import { ask, clients, listModels } from './chat.ts';
import { listen } from './chat-api.ts';

for (const [name, open] of Object.entries(clients)) {
  await using api = await listen();
  const client = open(api.url);
  console.log(`${name}: ${await listModels(client)}`);
  console.log(await ask(client, 'Hello'));
  console.log(`Questions charged: ${api.effects.length}\n`);
}
