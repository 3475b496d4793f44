/**
 * Reads a table that a script wrote into a page.
 *
 * @returns The cells of each line below the heading, as text.
 */
export function tableOf(page: string, place: string): readonly (readonly string[])[] {
  const table = new RegExp(`<!-- ${place} -->\n([\\s\\S]*)<!-- /${place} -->`).exec(page)?.[1] ?? '';
  const lines = table.trim().split('\n').slice(2);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}
