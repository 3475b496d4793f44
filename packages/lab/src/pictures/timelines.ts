import { framed } from './frame.ts';

const WIDTH = 900;
const LANE = 250;
const CLIENT_Y = 70;
const SERVER_Y = 165;

interface Message {
  readonly at: number;
  /** The client's request. */
  readonly sends: string;
  /** The server's action. */
  readonly does: string;
  readonly mood: 'good' | 'bad' | 'quiet';
  /** The response. Undefined if it is lost. */
  readonly answer?: string;
}

const DOUBLED: readonly Message[] = [
  { at: 170, sends: 'POST /payments', does: 'charges $12', mood: 'quiet' },
  { at: 520, sends: 'POST /payments', does: 'charges $12 again', mood: 'bad', answer: '201 Created' },
];

const SAFE: readonly Message[] = [
  { at: 170, sends: 'POST /payments, key order-7', does: 'charges $12', mood: 'quiet' },
  {
    at: 520,
    sends: 'the same bytes, key order-7',
    does: 'knows order-7: charges nothing',
    mood: 'good',
    answer: '201 Created',
  },
];

/** Draws two timelines. A client that retries everything charges twice, and twicesafe with a key charges once. */
export function timelinesPicture(): string {
  return framed(
    {
      width: WIDTH,
      height: 2 * LANE + 10,
      title: 'An answer gets lost: a bare retry charges twice, twicesafe charges once',
      description:
        'First timeline, a client that retries everything: it sends POST /payments, the server charges 12 dollars, the answer is lost, the client sends the request again, and the server charges 12 dollars again. Second timeline, twicesafe: it sends the same request with an idempotency key, the answer is lost, it sends the same bytes with the same key, and the server recognizes the key and charges nothing more.',
    },
    [
      ...timeline(0, 'A client that retries everything', DOUBLED, 'The customer paid twice.', 'bad'),
      `<line class="quiet-line" x1="20" x2="${WIDTH - 20}" y1="${LANE}" y2="${LANE}"/>`,
      ...timeline(LANE, 'twicesafe', SAFE, 'The customer paid once.', 'good'),
    ],
  );
}

function timeline(top: number, title: string, messages: readonly Message[], end: string, mood: string): string[] {
  return [
    text(20, top + 34, title, 'ink', 'start', ' font-weight="600"'),
    ...lane(top + CLIENT_Y, 'client'),
    ...lane(top + SERVER_Y, 'server'),
    ...messages.flatMap((message) => exchange(top, message)),
    text(WIDTH - 20, top + 34, end, mood, 'end', ' font-weight="600"'),
  ];
}

function lane(y: number, name: string): string[] {
  return [text(20, y + 5, name, 'quiet'), `<line class="quiet-line" x1="80" x2="${WIDTH - 20}" y1="${y}" y2="${y}"/>`];
}

function exchange(top: number, { at, sends, does, mood, answer }: Message): string[] {
  const [client, server] = [top + CLIENT_Y, top + SERVER_Y];
  const lost = { x: at + 190, y: (client + server) / 2 };
  return [
    text(at - 8, client - 10, sends, 'ink'),
    arrow(at, client, at + 120, server, 'mark'),
    `<circle class="${mood}" cx="${at + 120}" cy="${server}" r="6"/>`,
    text(at + 120, server + 28, does, mood, 'middle', ' font-weight="600"'),
    ...(answer === undefined
      ? [
          arrow(at + 120, server, lost.x, lost.y, 'bad', false),
          cross(lost.x, lost.y),
          text(lost.x + 16, lost.y + 5, 'answer lost', 'bad'),
        ]
      : [arrow(at + 120, server, at + 240, client, 'mark'), text(at + 200, client + 52, answer, 'ink')]),
  ];
}

function arrow(x1: number, y1: number, x2: number, y2: number, color: string, tip = true): string {
  const line = `<line class="${color}-line" stroke-width="2" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
  if (!tip) return line;
  const degrees = Math.round((Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI);
  return `${line}<path class="${color}" d="M0 0l-12-5v10z" transform="translate(${x2} ${y2}) rotate(${degrees})"/>`;
}

function cross(x: number, y: number): string {
  return `<path class="bad-line" stroke-width="3" d="M${x - 7} ${y - 7}l14 14m0-14l-14 14"/>`;
}

function text(x: number, y: number, content: string, color: string, anchor = 'start', more = ''): string {
  return `<text class="${color}" x="${x}" y="${y}" text-anchor="${anchor}"${more}>${content}</text>`;
}
