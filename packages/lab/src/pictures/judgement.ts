import type { Reason } from '@twicesafe/core';
import { framed } from './frame.ts';

const WIDTH = 900;
const ROW = 52;
const TOP = 56;

/** The rules of `decide` in order. Each has a question, and the reasons if the answer ends the operation. */
const RULES: readonly (readonly [question: string, reasons: readonly Reason[]])[] = [
  ['Did you abort?', ['aborted']],
  ['Is the outcome final?', ['succeeded', 'final-status', 'permanent-failure']],
  ['Did the server forbid a retry?', ['server-veto']],
  ['Did you forbid a retry?', ['caller-veto']],
  ['Could a duplicate take effect twice?', ['not-repeatable', 'declared-not-repeatable']],
  ['Was the body a stream, and is it used up?', ['body-not-replayable']],
  ['Were all attempts used?', ['attempts-exhausted', 'outer-retry']],
  ['Will the server have forgotten the key?', ['key-window-over']],
  ['Did the server ask for too long a wait?', ['pushback-too-long']],
  ['Would the wait end too late?', ['deadline-too-near', 'retry-window-over']],
  ['Is the retry budget used up?', ['budget-exhausted']],
];

/** Draws the judgment as a flow of eleven questions, each of which can stop the operation, and then the retry. */
export function judgementPicture(): string {
  const bottom = TOP + RULES.length * ROW;
  return framed(
    {
      width: WIDTH,
      height: bottom + 60,
      title: 'What twicesafe asks after every attempt',
      description: `${RULES.map(([question, reasons]) => `${question} If yes, stop: ${reasons.join(', ')}.`).join(' ')} If every answer is no, wait and retry.`,
    },
    [
      label(40, 34, 'An attempt ended', 'ink', ' font-weight="600"'),
      ...RULES.flatMap(([question, reasons], index) => rule(TOP + index * ROW, question, reasons)),
      box(20, bottom, 360, 'good'),
      label(40, bottom + 25, 'Wait, then retry', 'good', ' font-weight="600"'),
    ],
  );
}

function rule(top: number, question: string, reasons: readonly Reason[]): string[] {
  return [
    box(20, top, 360, 'mark'),
    label(40, top + 25, question, 'ink'),
    `<line class="quiet-line" x1="200" x2="200" y1="${top + 38}" y2="${top + ROW}"/>`,
    label(210, top + 49, 'no', 'quiet', ' font-size="12"'),
    `<line class="quiet-line" x1="380" x2="470" y1="${top + 19}" y2="${top + 19}"/>`,
    label(410, top + 13, 'yes', 'quiet', ' font-size="12"'),
    label(480, top + 24, `stop: ${reasons.join(', ')}`, 'bad'),
  ];
}

function box(x: number, y: number, width: number, color: string): string {
  return `<rect class="${color}-line" x="${x}" y="${y}" width="${width}" height="38" rx="6"/>`;
}

function label(x: number, y: number, content: string, color: string, more = ''): string {
  return `<text class="${color}" x="${x}" y="${y}"${more}>${content}</text>`;
}
