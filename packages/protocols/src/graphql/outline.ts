/** The tokens of GraphQL text at its outermost level. */
export interface Outline {
  /**
   * The tokens, each followed by a space. A string or a bracketed group is one token that holds the index of its content:
   * `query Orders (0) @ cached {1} `. A number is `#`.
   */
  readonly tokens: string;
  /** The contents of strings and groups. */
  readonly contents: readonly string[];
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Reads the outermost tokens of GraphQL text (GraphQL October 2021, section 2.1). Linear in the length of the text.
 *
 * @returns Undefined for text that is not made of GraphQL tokens, or whose brackets don't match.
 */
export function outlineOf(text: string): Outline | undefined {
  const simple = /[\t\n\r ,\uFEFF]+|([_A-Za-z]\w*|\.\.\.|[!$&:=|@])|(-?\d[\w.+-]*)/y;
  const contents = [''];
  let tokens = '';
  for (let start = 0, end = 0; start < text.length; start = end) {
    simple.lastIndex = start;
    const match = simple.exec(text);
    end = match ? simple.lastIndex : spanEnd(text, start);
    if (end < 0) return undefined;
    const [, plain, number] = match ?? [];
    if (plain) tokens += `${plain} `;
    else if (number) tokens += '# ';
    else if (!match && text[start] !== '#') {
      tokens += `${text[start]}${contents.push(contentOf(text, start, end)) - 1}${text[end - 1]} `;
    }
  }
  return { tokens, contents };
}

function contentOf(text: string, start: number, end: number): string {
  const quotes = text.startsWith('"""', start) ? 3 : 1;
  return text.slice(start + quotes, end - quotes);
}

/** Where a comment, a string or a group ends, or -1. */
function spanEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '#') return commentEnd(text, start);
  if (first === '"') return text.startsWith('"""', start) ? blockStringEnd(text, start) : stringEnd(text, start);
  return first !== undefined && first in CLOSING ? groupEnd(text, start) : -1;
}

function groupEnd(text: string, start: number): number {
  const open: string[] = [];
  for (let index = start; index >= 0; index = nextMark(text, index)) {
    const mark = text.charAt(index);
    const closing = CLOSING[mark];
    if (mark === '"' || mark === '#') {
      index = spanEnd(text, index);
      if (index < 0) return -1;
      continue;
    }
    index++;
    if (closing !== undefined) open.push(closing);
    else if (open.pop() !== mark) return -1;
    if (open.length === 0) return index;
  }
  return -1;
}

/** Where the next bracket, string or comment begins, or -1. A loop, because it is ten times as fast as a search by RegExp. */
function nextMark(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x22: // "
      case 0x23: // #
      case 0x28: // (
      case 0x29: // )
      case 0x5b: // [
      case 0x5d: // ]
      case 0x7b: // {
      case 0x7d: // }
        return index;
    }
  }
  return -1;
}

function commentEnd(text: string, start: number): number {
  const ends = /[\n\r\u2028\u2029]/g;
  ends.lastIndex = start;
  const match = ends.exec(text);
  if (!match) return text.length;
  // Drafts before 2015 ended a line at these two, and servers that follow them would read on.
  return match[0] > '\r' ? -1 : match.index;
}

function stringEnd(text: string, start: number): number {
  const marks = /["\\\n\r]/g;
  marks.lastIndex = start + 1;
  for (let match = marks.exec(text); match; match = marks.exec(text)) {
    if (match[0] === '"') return marks.lastIndex;
    if (match[0] !== '\\') return -1;
    marks.lastIndex++;
  }
  return -1;
}

function blockStringEnd(text: string, start: number): number {
  const marks = /\\?"""/g;
  marks.lastIndex = start + 3;
  for (let match = marks.exec(text); match; match = marks.exec(text)) {
    if (match[0] === '"""') return marks.lastIndex;
  }
  return -1;
}
