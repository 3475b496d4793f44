import { textOf } from './json.ts';
/**
 * Formats a name in backquotes. Cuts it to 80 characters and replaces characters that would end the quotes or the line.
 */
export function quoted(name: unknown): string {
  return `\`${textOf(name)
    .slice(0, 80)
    .replace(/[`\p{Cc}]/gu, '?')}\``;
}
