import { readFileSync } from 'node:fs';
import type { Sdk } from './sdk.ts';

/** Formats the recipes as Markdown. Each recipe is the complete file that the matrix runs. */
export function recipes(all: readonly Sdk[]): string {
  return all.map((sdk) => `### ${sdk.name}\n\n\`\`\`ts\n${recipeOf(sdk)}\n\`\`\``).join('\n\n');
}

/** Reads the recipe of one SDK from its file. */
export function recipeOf({ file }: Sdk): string {
  return readFileSync(new URL(`recipes/${file}.ts`, import.meta.url), 'utf8').trim();
}
