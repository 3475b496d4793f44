import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces the text between `<!-- name -->` and `<!-- /name -->` in a docs page, and returns the page. */
export function writeBetween(page: string, name: string, text: string): string {
  const file = fileOf(page);
  const before = readFileSync(file, 'utf8');
  textBetween(page, name);
  const after = before.replace(placeOf(name), (_, start, _text, end) => `${start}${text}\n${end}`);
  writeFileSync(file, after);
  return after;
}

/** Returns the text between `<!-- name -->` and `<!-- /name -->` in a docs page. */
export function textBetween(page: string, name: string): string {
  const text = placeOf(name).exec(readFileSync(fileOf(page), 'utf8'))?.[2];
  if (text === undefined) throw new Error(`${page} has no place for ${name}`);
  return text;
}

function fileOf(page: string): URL {
  return new URL(`../../../docs/${page}`, import.meta.url);
}

function placeOf(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*)(<!-- /${name} -->)`);
}
