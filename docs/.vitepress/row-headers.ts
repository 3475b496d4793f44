import type { MarkdownRenderer } from 'vitepress';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/**
 * Turns the first column of a table into headers of its rows if that column has no header of its own. A screen reader
 * then announces each cell with its row and its column. The empty header becomes a plain cell.
 */
export function rowHeaders(md: MarkdownRenderer): void {
  md.core.ruler.push('row-headers', ({ tokens }) => {
    let hasRowHeaders = false;
    for (const [opening, text, closing] of firstCells(tokens)) {
      if (opening.type === 'th_open') hasRowHeaders = text.content === '';
      if (!hasRowHeaders) continue;
      opening.tag = opening.type === 'th_open' ? 'td' : 'th';
      closing.tag = opening.tag;
      if (opening.tag === 'th') opening.attrSet('scope', 'row');
    }
  });
}

/** Returns the first cell of each row, as its opening tag, its content and its closing tag. */
function firstCells(tokens: readonly Token[]): (readonly [opening: Token, text: Token, closing: Token])[] {
  return tokens.flatMap(({ type }, row) => {
    const [opening, text, closing] = tokens.slice(row + 1);
    return type === 'tr_open' && opening && text && closing ? [[opening, text, closing] as const] : [];
  });
}
