import { styleText } from 'node:util';
import type { Column } from './column.ts';

type Tone = 'good' | 'bad' | 'plain';
type Cell = readonly [text: string, tone: Tone];

const LABEL = 38;
const WIDTH = 20;

/** Prints the columns next to each other, one line per row. */
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
      column.effects ? [String(column.effects[name]), tone(column.effects[name])] : ['no report', 'plain'];

  return [
    `${''.padEnd(LABEL)}${Object.keys(columns)
      .map((name) => name.padStart(WIDTH))
      .join('')}`,
    row('operations', ({ operations }) => [String(operations), 'plain']),
    row('done once', ({ doneOnce }) => [String(doneOnce), 'plain']),
    row('done twice', ({ doneTwice }) => [String(doneTwice), doneTwice > 0 ? 'bad' : 'good']),
    row('not done', ({ notDone, leftAlone = 0 }) => [String(notDone), notDone > leftAlone ? 'bad' : 'good']),
    row('  left alone: a retry could double it', ({ leftAlone }) => [String(leftAlone ?? 'no report'), 'plain']),
    row('answered for the caller', ({ answered }) => [String(answered), 'plain']),
    row('requests sent', ({ sent }) => [String(sent), 'plain']),
    row('  earlier than the server asked', ({ early }) => [String(early), early > 0 ? 'bad' : 'good']),
    row(
      'writes: effect reported right',
      effects('right', () => 'good'),
    ),
    row(
      '  reported as "maybe"',
      effects('undecided', () => 'plain'),
    ),
    row(
      '  reported wrong',
      effects('wrong', (wrong) => (wrong > 0 ? 'bad' : 'good')),
    ),
  ];
}
