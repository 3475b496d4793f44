import { type Origin, processThenReset, scriptedOrigin, status } from '@twicesafe/testing';

const headers = { 'content-type': 'application/json' };
const models = status(200, { headers, body: '{"object":"list","data":[{"id":"model-7"}]}' });

/** A server that is busy when its models are listed for the first time, and loses the answer to each question. */
export async function listen(): Promise<Origin> {
  const origin = await scriptedOrigin({ respond: () => processThenReset() });
  origin.plays(status(503), models);
  return origin;
}
