import { styleText } from 'node:util';
import type { Column } from './column.ts';

type Tone = 'good' | 'bad' | 'plain';
type Cell = readonly [text: string, tone: Tone];

const LABEL = 34;
const WIDTH = 20;

/** The columns side by side, as lines. */
export function tableOf(columns: Readonly<Record<string, Column>>, coloured: boolean): string[] {
  const all = Object.values(columns);
  const paint = ([text, tone]: Cell): string => {
    const cell = text.padStart(WIDTH);
    return coloured && tone !== 'plain' ? styleText(tone === 'good' ? 'green' : 'red', cell) : cell;
  };
  const row = (label: string, cellOf: (column: Column) => Cell): string =>
    `${label.padEnd(LABEL)}${all.map((column) => paint(cellOf(column))).join('')}`;
  const effects =
    (name: 'right' | 'undecided' | 'wrong', tone: (count: number) => Tone) =>
    (column: Column): Cell =>
      column.effects ? [String(column.effects[name]), tone(column.effects[name])] : ['nobody says', 'plain'];

  return [
    `${''.padEnd(LABEL)}${Object.keys(columns)
      .map((name) => name.padStart(WIDTH))
      .join('')}`,
    row('operations', ({ operations }) => [String(operations), 'plain']),
    row('answered for the caller', ({ answered }) => [String(answered), 'plain']),
    row('requests sent', ({ sent }) => [String(sent), 'plain']),
    row('  earlier than the server asked', ({ early }) => [String(early), early > 0 ? 'bad' : 'good']),
    row('lost', ({ lost }) => [String(lost), lost > 0 ? 'bad' : 'good']),
    row('  where a repeat could double it', ({ leftAlone }) => [String(leftAlone), 'plain']),
    row('applied twice', ({ appliedTwice }) => [String(appliedTwice), appliedTwice > 0 ? 'bad' : 'good']),
    row(
      'writes whose effect is told right',
      effects('right', () => 'good'),
    ),
    row(
      '  told to be undecided',
      effects('undecided', () => 'plain'),
    ),
    row(
      '  told wrong',
      effects('wrong', (wrong) => (wrong > 0 ? 'bad' : 'good')),
    ),
  ];
}
