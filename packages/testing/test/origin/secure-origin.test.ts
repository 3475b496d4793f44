import { request } from 'node:https';
import { expect, test } from 'vitest';
import { processThenReset, resetOnAccept } from '../../src/origin/acts/cuts.ts';
import { cert } from '../../src/origin/certificate.ts';
import { Origin } from '../../src/origin/origin.ts';

/** Sends one POST with node:https. Tells its status, or the code of its error. */
function post(url: string, ca?: string): Promise<unknown> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent: false, ...(ca !== undefined && { ca }) }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', (error: { code?: string }) => resolve(error.code)).end('order');
  });
}

test('over TLS an origin plays the same acts', async () => {
  await using origin = await Origin.listen({ secure: true });
  origin.plays(resetOnAccept(), processThenReset());

  const told = [await post(origin.url, cert), await post(origin.url, cert), await post(origin.url, cert)];

  expect(told).toEqual(['ECONNRESET', 'ECONNRESET', 200]);
  expect(origin.applied).toEqual(['POST', 'POST']);
});

test('its certificate is trusted only on demand', async () => {
  await using origin = await Origin.listen({ secure: true });

  expect(await post(origin.url)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(origin.requests).toEqual([]);
});
