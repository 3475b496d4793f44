import { framed } from './frame.ts';
import { tableOf } from './table-of.ts';

const WIDTH = 960;
const ROW = 30;
const TOP = 84;
const BARS_LEFT = 430;
const LONGEST_BAR = 300;
const KINDS = [
  ['doubled', 'bad', 'paid twice'],
  ['lost', 'quiet', 'never paid'],
  ['unknown', 'mark', 'left to a person'],
] as const;

/** A line of the table of kill loops. */
interface Line extends Readonly<Record<(typeof KINDS)[number][0], number>> {
  readonly name: string;
  readonly kills: number;
  readonly committed: number;
}

/**
 * Draws how many orders went wrong in each kill loop.
 *
 * @param page - A page with the table that `lab:kill --write` wrote.
 */
export function killsPicture(page: string): string {
  const lines = tableOf(page, 'kills').map(lineOf);
  const longest = Math.max(...lines.map((line) => wrongOf(line) / line.committed));
  return framed(
    {
      width: WIDTH,
      height: TOP + lines.length * ROW + 16,
      title: 'Orders that went wrong while their shop was killed again and again',
      description: lines.map((line) => `${line.name}: ${line.kills} kills, ${inWords(line)}.`).join(' '),
    },
    [
      text(20, 34, 'Orders that went wrong while their shop was killed again and again', 'ink', ' font-weight="600"'),
      ...KINDS.flatMap(([, color, meaning], index) => [
        `<rect class="${color}" x="${20 + index * 180}" y="48" width="12" height="12" rx="2"/>`,
        text(40 + index * 180, 59, meaning, 'ink', ' font-size="13"'),
      ]),
      ...lines.flatMap((line, index) => row(TOP + index * ROW, line, longest)),
    ],
  );
}

function row(top: number, line: Line, longest: number): string[] {
  const parts: string[] = [text(20, top + 16, line.name, 'ink', ' font-size="13"')];
  let x = BARS_LEFT;
  for (const [kind, color] of KINDS) {
    if (line[kind] === 0) continue;
    // A single order would be too thin to see.
    const width = Math.max(3, (line[kind] / line.committed / longest) * LONGEST_BAR);
    parts.push(
      `<rect class="${color}" x="${x.toFixed(1)}" y="${top + 4}" width="${width.toFixed(1)}" height="16" rx="2"/>`,
    );
    x += width + 1;
  }
  const isClean = wrongOf(line) === 0;
  parts.push(text(x + (isClean ? 0 : 8), top + 17, inWords(line), isClean ? 'good' : 'ink', ' font-size="13"'));
  return parts;
}

function inWords(line: Line): string {
  const of = `of ${line.committed.toLocaleString('en-US')}`;
  const wrong = KINDS.filter(([kind]) => line[kind] > 0).map(([kind, , meaning]) => `${line[kind]} ${of} ${meaning}`);
  return wrong.length === 0 ? `none ${of}` : wrong.join(', ');
}

function wrongOf(line: Line): number {
  return KINDS.reduce((sum, [kind]) => sum + line[kind], 0);
}

/** The cells: variant, kills, committed, once, lost, doubled, unknown (of them paid), replays. */
function lineOf([name = '', kills, committed, , lost, doubled, unknown = '0']: readonly string[]): Line {
  return {
    name,
    kills: Number(kills),
    committed: Number(committed),
    lost: Number(lost),
    doubled: Number(doubled),
    unknown: Number.parseInt(unknown, 10),
  };
}

function text(x: number, y: number, content: string, color: string, more = ''): string {
  return `<text class="${color}" x="${x}" y="${y}"${more}>${content}</text>`;
}
