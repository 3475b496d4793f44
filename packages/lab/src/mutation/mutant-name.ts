/** Where a mutant is, as Stryker's report counts: from 1. */
export interface Place {
  readonly start: Position;
  readonly end: Position;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Names a mutant by what it changes: its file, its line as text, and the change. The name outlives changes elsewhere in
 * the file. Equal lines of a file are told apart by their order.
 */
export function mutantName(path: string, source: string, { start, end }: Place, replacement: string): string {
  const lines = source.split('\n');
  const trimmed = lines.map((each) => each.trim());
  const own = trimmed[start.line - 1] ?? '';
  const earlier = trimmed.slice(0, start.line - 1).filter((each) => each === own).length;
  const changed = lines.slice(start.line - 1, end.line);
  const last = changed.length - 1;
  const original = changed
    .map((each, index) => each.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join(' ');
  const line = earlier === 0 ? own : `${own} (${earlier + 1})`;
  return `${path} | ${line} | ${brief(original)} -> ${brief(replacement)}`;
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 70)}...` : line;
}
