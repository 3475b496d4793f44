import { writeBetween } from './write-between.ts';

/** Prints a Markdown table as it grows, and writes it to docs/overhead.md if `--write` is set. */
export class OverheadTable {
  readonly #place: string;
  readonly #lines: string[] = [];

  constructor(place: string, heads: readonly string[]) {
    this.#place = place;
    this.add(heads);
    this.add(heads.map(() => '---'));
  }

  add(cells: readonly (string | number)[]): void {
    const line = `| ${cells.join(' | ')} |`;
    this.#lines.push(line);
    console.log(line);
  }

  end(): void {
    if (process.argv.includes('--write')) writeBetween('overhead.md', this.#place, this.#lines.join('\n'));
  }
}
