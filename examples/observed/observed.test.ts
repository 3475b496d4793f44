import { readFile } from 'node:fs/promises';
import { serve } from '@twicesafe/testing';
import { expect, test, vi } from 'vitest';
import { observe } from './observe.ts';
import { HAS_PROMETHEUS, startPrometheus } from './prometheus.ts';

test('the trace shows every attempt, and the dashboard asks for metrics that exist', async () => {
  const { trace, metrics } = await observe();

  expect(trace.split('\n')).toEqual([
    expect.stringMatching(/^retry PUT INTERNAL UNSET twicesafe.attempts=3 .* twicesafe.effect=applied$/),
    '  PUT CLIENT ERROR http.response.status_code=503 error.type=503',
    expect.stringMatching(/^ {2}PUT CLIENT ERROR http.request.resend_count=1 error.type=ECONNRESET/),
    expect.stringMatching(/^ {2}PUT CLIENT UNSET http.request.resend_count=2 http.response.status_code=200/),
    expect.stringMatching(/^retry POST INTERNAL ERROR .* twicesafe.effect=maybe-applied$/),
    '  POST CLIENT ERROR error.type=ECONNRESET',
    '',
  ]);
  const dashboard = await readFile(new URL('grafana-dashboard.json', import.meta.url), 'utf8');
  const scraped = metrics.split('\n').map((each) => each.split('{', 1)[0] ?? '');
  const asked = [...dashboard.matchAll(/__name__=~\\"([^"\\]+)\\"/g)].map(([, name]) => new RegExp(`^${name}$`));
  expect(asked).toHaveLength(8);
  for (const name of asked) expect(scraped.filter((each) => name.test(each))).not.toEqual([]);
});

if (!HAS_PROMETHEUS) console.log('SKIPPED: a scrape by Prometheus, because this machine has none.');

test.skipIf(!HAS_PROMETHEUS)(
  'Prometheus scrapes the metrics, and understands every panel of the dashboard',
  async () => {
    const { metrics } = await observe();
    await using shop = await serve((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics);
    });
    await using prometheus = await startPrometheus(`${shop.url}metrics`);
    const dashboard = JSON.parse(await readFile(new URL('grafana-dashboard.json', import.meta.url), 'utf8'));
    const panels: readonly { targets: readonly { expr: string }[] }[] = dashboard.panels;

    const count = 'twicesafe_operation_duration_count';
    await vi.waitFor(async () => expect(await prometheus.query(`count_over_time(${count}[1m]) > 1`)).not.toEqual([]), {
      timeout: 50_000,
      interval: 200,
    });

    expect(await prometheus.query(`${count}{twicesafe_effect="maybe-applied"}`)).toEqual([1]);
    expect(await prometheus.query('twicesafe_operation_retries_total')).toEqual([1, 1]);
    for (const { expr } of panels.flatMap(({ targets }) => targets))
      expect(await prometheus.query(expr), expr).not.toEqual([]);
  },
);
