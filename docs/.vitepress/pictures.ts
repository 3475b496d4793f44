import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/**
 * Gives pictures their width and height, so that text below them stays where it is while they load. Pictures of later
 * sections load when a reader comes near them.
 *
 * @throws {Error} If a picture is no SVG with a `viewBox` at the origin.
 */
export function pictures(md: MarkdownRenderer): void {
  md.core.ruler.push('pictures', ({ tokens, env }) => {
    const secondSection = tokens.findIndex(({ tag }) => tag === 'h2');
    for (const [index, { children }] of tokens.entries()) {
      for (const image of children?.filter(({ type }) => type === 'image') ?? []) {
        const [width, height] = sizeOf(join(dirname((env as { path: string }).path), image.attrGet('src') ?? ''));
        image.attrSet('width', width);
        image.attrSet('height', height);
        if (secondSection >= 0 && index > secondSection) image.attrSet('loading', 'lazy');
      }
    }
  });
}

function sizeOf(file: string): [width: string, height: string] {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(readFileSync(file, 'utf8')) ?? [];
  if (width === undefined || height === undefined) throw new Error(`${file} has no viewBox, so its size is unknown`);
  return [width, height];
}
