import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces the text between `<!-- name -->` and `<!-- /name -->` in a docs page. */
export function writeBetween(page: string, name: string, text: string): void {
  const file = new URL(`../../../docs/${page}`, import.meta.url);
  const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*(<!-- /${name} -->)`);
  const before = readFileSync(file, 'utf8');
  if (!place.test(before)) throw new Error(`${page} has no place for ${name}`);
  writeFileSync(
    file,
    before.replace(place, (_, start, end) => `${start}${text}\n${end}`),
  );
}
