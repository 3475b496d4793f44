import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sdks } from '../src/sdks/all.ts';
import { sendsOf } from '../src/sdks/measure.ts';
import { recipeOf } from '../src/sdks/recipes.ts';

const page = readFileSync(new URL('../../../docs/works-with.md', import.meta.url), 'utf8');

test.for(sdks)('the recipe for $name repeats a read, and never a POST that was processed', async (sdk) => {
  const withKey = sdk.file === 'stripe';

  expect(await sendsOf(sdk, 'recipe', 'read 503')).toBe(3);
  expect(await sendsOf(sdk, 'recipe', 'write reset')).toBe(withKey ? 3 : 1);
});

test.for(sdks)('the page shows the recipe for $name as it runs', (sdk) => {
  expect(page).toContain(recipeOf(sdk));
});
