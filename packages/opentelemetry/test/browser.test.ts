import { join } from 'node:path';
import { type Act, type ReceivedRequest, scriptedOrigin, status } from '@twicesafe/testing';
import { expect, test, vi } from 'vitest';
import { pageOf } from '../../testing/test/support/bundle.ts';
import { CHROMIUM, openPage } from '../../testing/test/support/chromium.ts';
import type { SeenSpan } from './support/telemetry.ts';

if (!CHROMIUM) console.log('SKIPPED: OpenTelemetry in a browser, because this machine has no Chromium.');

test.skipIf(!CHROMIUM)('in Chromium, two operations at once have their own spans', { timeout: 180_000 }, async () => {
  const page = await pageOf(join(import.meta.dirname, 'support/browser-page.ts'));
  const puts: string[] = [];
  const respond = ({ method, target }: ReceivedRequest): Act => {
    if (method === 'GET') return status(200, { headers: { 'content-type': 'text/html' }, body: page });
    if (method === 'POST') return status(204);
    puts.push(target);
    return status(puts.filter((each) => each === target).length === 1 ? 503 : 200);
  };
  await using origin = await scriptedOrigin({ respond });
  const posted = () => origin.requests.find(({ method, bodyComplete }) => method === 'POST' && bodyComplete);

  await using _ = openPage(CHROMIUM ?? '', origin.url);
  await vi.waitFor(() => expect(posted()).toBeDefined(), { timeout: 120_000 });

  const spans: readonly SeenSpan[] = JSON.parse(posted()?.text ?? '');
  expect(puts.toSorted()).toEqual(['/one', '/one', '/two', '/two']);
  const operations = spans.filter(({ kind }) => kind === 'INTERNAL');
  expect(operations).toHaveLength(2);
  for (const { id, name, attributes } of operations) {
    expect(name).toBe('retry PUT');
    expect(attributes).toMatchObject({ 'twicesafe.effect': 'applied', 'twicesafe.attempts': 2 });
    const attempts = spans.filter(({ parent }) => parent === id);
    expect(attempts.map((span) => [span.kind, span.attributes['http.request.resend_count']])).toEqual([
      ['CLIENT', undefined],
      ['CLIENT', 1],
    ]);
    expect(new Set(attempts.map((span) => span.attributes['url.full'])).size).toBe(1);
  }
});
