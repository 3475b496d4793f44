/** The tokens of GraphQL text at its outermost level. */
export interface Outline {
  /**
   * The tokens, each followed by a space. A string or a bracketed group is one token that holds the index of its
   * content, as in `query Orders (0) @ cached {1} `. A number is `#`.
   */
  readonly tokens: string;
  /** The contents of strings and groups. */
  readonly contents: readonly string[];
}

// Refuses a comment with U+2028 or U+2029. In drafts before 2015 these end a line, so old servers would read the rest
// as code.
const COMMENT = String.raw`#[^\n\r\u2028\u2029]*(?=[\n\r]|$)`;
// The pattern for plain strings excludes `"""`, so that an unclosed block string is searched only once.
const STRING = String.raw`"""((?:\\"""|(?!\\""")[\s\S])*?)"""|"(?!"")((?:[^"\\\n\r]|\\.)*)"`;
const OUTER = new RegExp(
  String.raw`${STRING}|[\t\n\r ,\uFEFF]+|${COMMENT}|([_A-Za-z]\w*|\.\.\.|[!$&:=|@])|-?\d[\w.+-]*|[([{]`,
  'y',
);
const INNER = new RegExp(String.raw`${STRING}|${COMMENT}|[^"#()[\]{}]+|([([{])|[)\]}]`, 'y');

/**
 * Reads the outermost tokens of GraphQL text (GraphQL October 2021, section 2.1). Runs in linear time.
 *
 * @returns The outline, or undefined if the text has other tokens or unbalanced brackets.
 */
export function outlineOf(text: string): Outline | undefined {
  const contents: string[] = [];
  let tokens = '';
  for (let start = 0, end = 0; start < text.length; start = end) {
    OUTER.lastIndex = start;
    const match = OUTER.exec(text);
    if (!match) return undefined;
    const [token, block, string = block, plain] = match;
    end = '([{'.includes(token) ? groupEnd(text, start) : OUTER.lastIndex;
    if (end < 0) return undefined;
    if (plain) tokens += `${plain} `;
    else if (string !== undefined) tokens += `"${contents.push(string) - 1}" `;
    else if (end > OUTER.lastIndex) {
      tokens += `${token}${contents.push(text.slice(start + 1, end - 1)) - 1}${text[end - 1]} `;
    } else if (/^[-\d]/.test(token)) tokens += '# ';
  }
  return { tokens, contents };
}

/** Returns the end of the group that starts at a bracket, or -1. */
function groupEnd(text: string, start: number): number {
  const open: number[] = [];
  INNER.lastIndex = start;
  do {
    const [token = '', , , opening] = INNER.exec(text) ?? [];
    const closing = ')]}'.indexOf(token);
    if (token === '' || (closing >= 0 && open.pop() !== closing)) return -1;
    if (opening) open.push('([{'.indexOf(opening));
  } while (open.length > 0);
  return INNER.lastIndex;
}
