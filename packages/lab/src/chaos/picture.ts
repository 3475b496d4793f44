import { framed } from '../pictures/frame.ts';
import type { Row } from './table.ts';

const BAR = 16;
const LEFT = 220;
const WIDTH = 1000;
const PARTS = [
  ['done', '#2a9d8f', 'done once'],
  ['failedThoughApplied', '#e9c46a', 'told failure though applied'],
  ['lost', '#adb5bd', 'lost'],
  ['twice', '#d1495b', 'applied twice'],
] as const;

/** Draws a bar for each client with the outcomes of its operations, without and with keys. */
export function chaosPicture(without: readonly Row[], withKeys: readonly Row[]): string {
  const groups: readonly (readonly [string, readonly Row[]])[] = [
    ['Without keys', without],
    ['POST and PATCH with an idempotency key', withKeys],
  ];
  const lines: string[] = [];
  let top = 50;
  for (const [title, rows] of groups) {
    lines.push(text(10, top, title, 'font-weight="bold"'));
    top += 10;
    for (const row of rows) {
      lines.push(...bar(row, top));
      top += BAR + 4;
    }
    top += 34;
  }
  const legend = PARTS.flatMap(([, colour, name], index) => [
    `<rect x="${LEFT + index * 190}" y="10" width="12" height="12" fill="${colour}"/>`,
    text(LEFT + index * 190 + 18, 21, name),
  ]);
  return framed(
    {
      width: WIDTH,
      height: top,
      title: 'What became of every operation, by client',
      description: groups.map(([title, rows]) => `${title}: ${rows.map(inWords).join('; ')}.`).join(' '),
    },
    [...legend, ...lines],
  );
}

function inWords({ client, tally }: Row): string {
  const parts = PARTS.map(([part, , name]) => `${tally[part]} ${name}`).join(', ');
  return `${client.name}, ${client.setting}: ${parts}, of ${tally.operations}`;
}

function bar({ client, tally }: Row, top: number): string[] {
  const lines = [text(10, top + 12, `${client.name}, ${client.setting}`)];
  let x = LEFT;
  for (const [part, colour] of PARTS) {
    const width = (tally[part] / tally.operations) * (WIDTH - LEFT - 20);
    if (width > 0)
      lines.push(`<rect x="${x.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${BAR}" fill="${colour}"/>`);
    x += width;
  }
  return lines;
}

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${x}" y="${y}" font-size="12" ${more}>${words}</text>`;
}
