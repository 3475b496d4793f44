import type { MarkdownRenderer } from 'vitepress';

/** Turns header cells without text into plain cells: a screen reader would announce an empty header for a whole column. */
export function emptyHeaders(md: MarkdownRenderer): void {
  md.core.ruler.push('empty-headers', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      if (token.type !== 'th_open' || tokens[index + 1]?.content !== '') continue;
      for (const part of [token, tokens[index + 2]]) if (part) part.tag = 'td';
    }
  });
}
