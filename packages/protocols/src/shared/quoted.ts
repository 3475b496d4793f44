import { textOf } from './json.ts';
/** A name in backquotes for people: at most 80 characters, without those that would end the quotes or the line. */
export function quoted(name: unknown): string {
  return `\`${textOf(name)
    .slice(0, 80)
    .replace(/[`\p{Cc}]/gu, '?')}\``;
}
