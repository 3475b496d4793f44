import { Dispatcher1Wrapper, ProxyAgent } from 'undici';
import { describe, expect, test } from 'vitest';
import {
  closeAfterReading,
  processThenAlert,
  processThenClose,
  processThenReset,
  resetOnAccept,
} from '../../origin/acts/cuts.ts';
import { cert } from '../../origin/certificate.ts';
import { Origin } from '../../origin/origin.ts';
import { ConnectProxy, type TunnelAct } from '../../proxy/connect-proxy.ts';
import { poolOf } from './connections.ts';
import { differs, type Send, type Subject, stageFor } from './subject.ts';

/** Connections that trust the origins' certificate, for one test. */
function trusting(proxy?: string) {
  const tls = { ca: cert };
  if (!proxy) return poolOf({ connect: tls });
  const agent = new ProxyAgent({ uri: proxy, requestTls: tls });
  return { dispatcher: new Dispatcher1Wrapper(agent), [Symbol.asyncDispose]: () => agent.destroy() };
}

/** Sends a POST, and returns its status or failure. */
async function post(subject: Subject, send: Send, url: string, dispatcher: object | undefined) {
  const settled: unknown = await send(url, {
    method: 'POST',
    body: 'order',
    ...(dispatcher && { dispatcher }),
  }).catch((error: unknown) => error);
  const report = subject.reportOf(settled);
  return {
    status: settled instanceof Response ? settled.status : 'fails',
    deliveries: report?.attempts.map(({ delivery }) => delivery),
    reason: report?.decision.reason,
    effect: report?.effect,
  };
}

const DOUBT = { status: 'fails', deliveries: ['unknown'], reason: 'not-repeatable', effect: 'maybe-applied' };

/** What is proved where there is more between client and origin than a connection: TLS, a proxy. In Node. */
export function secureSuite(subject: Subject): void {
  const ifReconnecting = test.skipIf(differs(subject, 'one-connection'));

  describe('proof over TLS', () => {
    test('a rejected certificate stops a POST before it is sent, without a retry', async () => {
      await using origin = await Origin.listen({ secure: true });
      await using stage = await stageFor(subject);

      expect(await post(subject, stage.send, origin.url, undefined)).toEqual({
        status: 'fails',
        deliveries: ['never-sent'],
        reason: 'certificate-error',
        effect: 'not-applied',
      });
      expect(origin.requests).toEqual([]);
    });

    ifReconnecting('a connection that is cut before TLS is up was not sent on: the POST arrives once', async () => {
      await using origin = await Origin.listen({ secure: true });
      await using stage = await stageFor(subject);
      await using pool = trusting();
      origin.plays(resetOnAccept());

      expect(await post(subject, stage.send, origin.url, pool.dispatcher)).toMatchObject({
        status: 200,
        deliveries: ['never-sent', 'answered'],
        effect: 'applied',
      });
      expect(origin.applied).toEqual(['POST']);
    });

    ifReconnecting('an origin that does not speak TLS is sent nothing', async () => {
      await using stage = await stageFor(subject);
      await using pool = trusting();
      // Node has no dispatcher to watch before its first call of fetch.
      await stage.send(stage.origin.url);

      const told = await post(subject, stage.send, stage.origin.url.replace('http:', 'https:'), pool.dispatcher);

      expect(told).toMatchObject({ status: 'fails', effect: 'not-applied' });
      expect(told.deliveries).toEqual(['never-sent', 'never-sent', 'never-sent']);
      expect(stage.origin.applied).toEqual(['GET']);
    });

    test.each([
      ['reset after processing', processThenReset, 1],
      ['closed after processing', processThenClose, 1],
      ['closed before processing', closeAfterReading, 0],
      ['an alert of TLS after processing', processThenAlert, 1],
    ])('%s proves nothing', async (_, act, applied) => {
      await using origin = await Origin.listen({ secure: true });
      await using stage = await stageFor(subject);
      await using pool = trusting();
      origin.plays(act());

      expect(await post(subject, stage.send, origin.url, pool.dispatcher)).toEqual(DOUBT);
      expect(origin.requests).toHaveLength(1);
      expect(origin.applied).toHaveLength(applied);
    });
  });

  describe.skipIf(differs(subject, 'node-http'))('proof through a proxy', () => {
    test.each<[string, TunnelAct]>([
      ['403', { refuses: 403 }],
      ['502', { refuses: 502 }],
    ])('a tunnel that is refused with %s leads nowhere: the POST arrives once', async (_, act) => {
      await using origin = await Origin.listen({ secure: true });
      await using stage = await stageFor(subject);
      await using proxy = await ConnectProxy.listen();
      await using pool = trusting(proxy.url);
      proxy.plays(act);

      expect(await post(subject, stage.send, origin.url, pool.dispatcher)).toMatchObject({
        status: 200,
        deliveries: ['never-sent', 'answered'],
      });
      expect(proxy.asked).toBe(2);
      expect(origin.applied).toEqual(['POST']);
    });

    test("a proxy's 407 is final", async () => {
      await using origin = await Origin.listen({ secure: true });
      await using stage = await stageFor(subject);
      await using proxy = await ConnectProxy.listen();
      await using pool = trusting(proxy.url);
      proxy.plays({ refuses: 407 });

      expect(await post(subject, stage.send, origin.url, pool.dispatcher)).toEqual({
        status: 'fails',
        deliveries: ['never-sent'],
        reason: 'permanent-failure',
        effect: 'not-applied',
      });
      expect(proxy.asked).toBe(1);
    });

    test('a reset inside the tunnel proves nothing', async () => {
      await using origin = await Origin.listen({ secure: true });
      await using stage = await stageFor(subject);
      await using proxy = await ConnectProxy.listen();
      await using pool = trusting(proxy.url);
      origin.plays(processThenReset());

      expect(await post(subject, stage.send, origin.url, pool.dispatcher)).toEqual(DOUBT);
      expect(origin.applied).toEqual(['POST']);
    });
  });
}
