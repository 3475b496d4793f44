import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { observe } from './observe.ts';

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
