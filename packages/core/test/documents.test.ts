import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DECISION_SENTENCES, EFFECT_SENTENCES } from '../src/decision/sentences.ts';
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

  expect(effects.replaceAll(/\[(`[a-z-]+`)\]\(why\/[a-z-]+\.md\)/g, '$1')).toContain(`| \`${reason}\` |`);
});

describe('docs/why', () => {
  const folder = new URL('../../../docs/why/', import.meta.url);
  const pages = globSync('*.md', { cwd: folder })
    .map((file) => file.slice(0, -3))
    .filter((page) => page !== 'index');
  const coded = ['packages/core/src/operation/errors.ts', 'packages/testing/src/prove/testing-error.ts']
    .map((file) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'))
    .flatMap((source) => source.match(/(?<=')TWICESAFE_\w+(?=')|(?<=^ {2}\| ')[a-z-]+(?=')/gm) ?? []);

  /** Reasons for an effect that need more than the row of docs/effect.md. */
  const effects = ['probably-ours', 'unseen-copies'];

  test('has one page per reason and per error code', () => {
    expect(coded).toContain('TWICESAFE_DEADLINE');
    expect(coded).toContain('control-failed');
    expect(pages.sort()).toEqual([...new Set([...Object.keys(DECISION_SENTENCES), ...effects, ...coded])].sort());
  });

  test.each(pages)("%s has what was seen, the standard's section and the next step", (page) => {
    const text = readFileSync(new URL(`${page}.md`, folder), 'utf8');

    expect(text.match(/^#.*$/gm)).toEqual([
      `# ${page}`,
      '## What happened',
      '## What the standard says',
      '## What to do',
    ]);
    expect(readFileSync(new URL('index.md', folder), 'utf8')).toContain(`[\`${page}\`](${page}.md)`);
  });
});
