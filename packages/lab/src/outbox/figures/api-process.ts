/** An API in a process of its own, so that it doesn't share the outbox's thread. Answers 201 to everything. */
import { serve } from '@twicesafe/testing';

process.once('disconnect', () => process.exit());
const { url } = await serve((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(201).end());
});
process.send?.(`${url}payments`);
