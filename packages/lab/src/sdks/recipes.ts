import { readFileSync } from 'node:fs';
import type { Sdk } from './sdk.ts';

/** The recipes as Markdown: each is the whole file that the matrix runs. */
export function recipes(all: readonly Sdk[]): string {
  return all.map((sdk) => `### ${sdk.name}\n\n\`\`\`ts\n${recipeOf(sdk)}\n\`\`\``).join('\n\n');
}

/** The recipe of one SDK as it stands in its file. */
export function recipeOf({ file }: Sdk): string {
  return readFileSync(new URL(`recipes/${file}.ts`, import.meta.url), 'utf8').trim();
}
