import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as keys from '../../src/keys/keys.ts';
import { keyFor } from '../../src/keys/operation-key.ts';
import type { KeyScheme } from '../../src/keys/scheme.ts';
import { checkKeyScheme, isSendable } from '../../src/keys/scheme.ts';

const { custom: _custom, fromParts: _fromParts, ...presets } = keys;
const rows = Object.entries(presets).sort(([a], [b]) => a.localeCompare(b, 'en'));
const HOUR = 3_600_000;

// Written down a second time, from the vendors' documentation: a slip in a preset does not pass unseen.
const DAY = { windowMs: 24 * HOUR, inFlightStatuses: [], format: 'bare' };
const IK = { ...DAY, header: 'Idempotency-Key', methods: ['POST'], maxLength: 255 };
const FACTS: Record<keyof typeof presets, object> = {
  ietf: {
    ...IK,
    format: 'string',
    methods: ['POST', 'PATCH'],
    inFlightStatuses: [409],
    replayHeader: 'Idempotent-Replayed',
  },
  stripe: { ...IK, inFlightStatuses: [409], replayHeader: 'Idempotent-Replayed' },
  paypal: { ...IK, header: 'PayPal-Request-Id', maxLength: 108, windowMs: 3 * HOUR, inFlightStatuses: [409] },
  adyen: { ...IK, maxLength: 64, windowMs: 31 * 24 * HOUR },
  checkoutCom: { ...IK, header: 'Cko-Idempotency-Key' },
  goCardless: IK,
  mollie: { ...IK, methods: ['POST', 'DELETE'], windowMs: 3_600_000 },
  modernTreasury: { ...IK, methods: ['POST', 'PUT', 'PATCH', 'DELETE'] },
  increase: { ...IK, maxLength: 200, windowMs: Infinity, replayHeader: 'Idempotent-Replayed' },
  coinbase: { ...IK, header: 'X-Idempotency-Key', maxLength: 128 },
  razorpayX: { ...IK, header: 'X-Payout-Idempotency', maxLength: 36, pattern: /^[\w -]{4,}$/ },
  mercadoPago: { ...IK, header: 'X-Idempotency-Key' },
  moov: { ...IK, header: 'X-Idempotency-Key', maxLength: 36, windowMs: Infinity },
  mangopay: { ...IK, maxLength: 36, pattern: /^[A-Za-z0-9-]{16,}$/ },
  zuora: { ...IK, header: 'idempotency-key', methods: ['POST', 'PATCH'], maxLength: 254, inFlightStatuses: [409] },
  qonto: { ...IK, header: 'X-Qonto-Idempotency-Key', windowMs: HOUR / 2 },
  resend: { ...IK, maxLength: 256 },
  azure: {
    ...IK,
    header: 'Repeatability-Request-ID',
    firstSentHeader: 'Repeatability-First-Sent',
    maxLength: 36,
    windowMs: HOUR / 12,
    inFlightStatuses: [409],
  },
  googleCloudStorage: {
    ...IK,
    header: 'x-goog-gcs-idempotency-token',
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
    maxLength: 36,
  },
};

test.each(rows)("%s matches its vendor's documentation", (name, preset) => {
  expect(preset()).toEqual(FACTS[name as keyof typeof presets]);
});

test.each(rows)('%s is a valid scheme that takes a UUID', (_name, preset) => {
  expect(() => checkKeyScheme('idempotencyKey', preset())).not.toThrow();
  expect(isSendable('5f2b1c9e-0d3a-4b67-8c21-9e4f7a6d5b30', preset())).toBe(true);
});

test.each(rows)('%s lets the caller know better', (_name, preset) => {
  expect(preset({ windowMs: 7, maxLength: 40 })).toEqual({ ...preset(), windowMs: 7, maxLength: 40 });
});

test.each(rows)('%s refuses a member that it does not know', (_name, preset) => {
  expect(() => preset({ ttlMs: 1 } as object)).toThrow('ttlMs');
});

test.each([
  { scheme: keys.razorpayX(), good: ['abcd', 'a b_c-d'], bad: ['abc', 'a/bcd', 'k'.repeat(37)] },
  {
    scheme: keys.mangopay(),
    good: ['0123456789abcdef'],
    bad: ['0123456789abcde', '0123456789_abcdef', 'k'.repeat(37)],
  },
])('$scheme.header takes keys of its own form only', ({ scheme, good, bad }) => {
  expect(good.filter((key) => !isSendable(key, scheme))).toEqual([]);
  expect(bad.filter((key) => isSendable(key, scheme))).toEqual([]);
});

const sources = presetSources();

test.each(rows)('%s cites its source', (name) => {
  expect(sources.get(name)).toMatch(/^https:\/\//);
});

test('docs/keys.md lists the presets (rewrite with `vitest run -u`)', async () => {
  const path = fileURLToPath(new URL('../../../../docs/keys.md', import.meta.url));
  const fields = keyFields()
    .map((name) => `\`${name}\``)
    .join(', ');
  const text = fill(fill(readFileSync(path, 'utf8'), 'presets', presetTable()), 'fields', `${fields}.`);

  await expect(text).toMatchFileSnapshot(path);
});

function fill(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  expect(text).toContain(open);
  return `${text.slice(0, text.indexOf(open) + open.length)}\n${content}\n${text.slice(text.indexOf(close))}`;
}

function presetTable(): string {
  const head =
    '| preset | field | methods | key | remembered for | 409 | replay mark | source |\n|---|---|---|---|---|---|---|---|';
  const lines = rows.map(
    ([name, preset]) => `| \`keys.${name}()\` | ${columns(preset()).join(' | ')} | ${sources.get(name)} |`,
  );
  return [head, ...lines].join('\n');
}

function columns(scheme: KeyScheme): string[] {
  const fields = [scheme.header, scheme.firstSentHeader].filter((name) => name !== undefined);
  const quoted = scheme.format === 'string' ? ', in quotes' : '';
  const pattern = scheme.pattern ? `, \`${scheme.pattern}\`` : '';
  return [
    fields.map((name) => `\`${name}\``).join(', '),
    scheme.methods.join(', '),
    `up to ${scheme.maxLength}${quoted}${pattern}`,
    span(scheme.windowMs),
    scheme.inFlightStatuses.includes(409) ? 'wait, repeat' : 'final',
    scheme.replayHeader === undefined ? '' : `\`${scheme.replayHeader}\``,
  ];
}

function span(windowMs: number): string {
  if (windowMs === Infinity) return 'ever';
  if (windowMs > 24 * HOUR) return `${windowMs / (24 * HOUR)} days`;
  return windowMs < HOUR ? `${windowMs / 60_000} min` : `${windowMs / HOUR} h`;
}

/** The `Source:` of each preset's docstring. */
function presetSources(): Map<string, string> {
  const folder = new URL('../../src/keys/presets/', import.meta.url);
  const text = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  const found = text.matchAll(/ \* Source: (\S+)\n(?: \*(?:| [^\n]*)\n)* \*\/\nexport function (\w+)/g);
  return new Map([...found].map(([, source = '', name = '']) => [name, source]));
}

/** The fields that are permission without a scheme, in the order in which they are looked at. */
function keyFields(): string[] {
  const asked: string[] = [];
  const headers = {
    get(name: string): null {
      asked.push(name);
      return null;
    },
  };
  keyFor(
    { traits: { method: 'POST', url: 'https://api.example/', headers }, explicit: undefined, declared: undefined },
    { uuid: () => '', epochMs: () => 0 },
  );
  return asked;
}
