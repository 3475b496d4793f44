import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EFFECT_SENTENCES } from '../src/decision/sentences.ts';
import { DEFAULTS } from '../src/options/defaults.ts';

const page = readFileSync(new URL('../../../docs/options.md', import.meta.url), 'utf8');
/** The second cell of the row of an option. */
const said = (option: string) => new RegExp(`^\\| \`${option}\` \\| ([^|]*) \\|`, 'm').exec(page)?.[1];

test.each([
  'maxAttempts',
  'maxPushbackMs',
  'retryWindowMs',
  'originGate',
  'refusedStatuses',
  'bufferResponseBytes',
  'bufferRequestBytes',
] as const)('docs/options.md has the default of %s', (option) => {
  const value = DEFAULTS[option];
  const text = typeof value === 'object' ? value.join(', ') : String(value);

  expect(said(option)).toBe(typeof value === 'string' ? `\`'${value}'\`` : text);
});

test('docs/options.md has the default backoff', () => {
  expect(said('backoff')?.replaceAll('_', '')).toContain(
    `{ baseMs: ${DEFAULTS.backoffBaseMs}, capMs: ${DEFAULTS.backoffCapMs} }`,
  );
});

test.each(Object.keys(EFFECT_SENTENCES))('docs/effect.md has a row for %s', (reason) => {
  const effects = readFileSync(new URL('../../../docs/effect.md', import.meta.url), 'utf8');

  expect(effects).toContain(`| \`${reason}\` |`);
});
