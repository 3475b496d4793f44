import { type Backoff, backoffs } from '@twicesafe/core';
import { framed } from '../pictures/frame.ts';

const CLIENTS = 120;
const SPAN_MS = 4000;
const LEFT = 170;
const WIDTH = 900;
const ROW = 90;
/** A color for each retry. The number of colors is the number of retries. */
const COLOURS = ['#1b6ca8', '#2a9d8f', '#8ab17d', '#e9a13b', '#d1495b'];

const BACKOFFS: readonly (readonly [name: string, backoff: Backoff])[] = [
  ['backoffs.exponential', backoffs.exponential()],
  ['backoffs.equalJitter', backoffs.equalJitter()],
  ['backoffs.decorrelated', backoffs.decorrelated()],
  ['backoffs.constant, 500 ms', backoffs.constant({ waitMs: 500 })],
];

/** Draws when clients that failed together retry: a dot for each retry, a strip for each backoff. Deterministic. */
export function backoffPicture(): string {
  const height = BACKOFFS.length * ROW + 30;
  return framed(
    {
      width: WIDTH,
      height,
      title: `When ${CLIENTS} clients that failed together retry, by backoff`,
      description:
        'A strip for each backoff and a dot for each retry over four seconds. With exponential backoff and full jitter the dots spread evenly. With a constant backoff they form vertical lines: all clients retry at the same moment.',
    },
    [
      ...BACKOFFS.flatMap(([name, backoff], index) => strip(name, backoff, index * ROW)),
      ...Array.from({ length: SPAN_MS / 500 + 1 }, (_, step) => tick(step * 500, height)),
    ],
  );
}

function strip(name: string, backoff: Backoff, top: number): string[] {
  const roll = dice();
  const dots = COLOURS.map(() => '');
  const label = [`<text x="10" y="${top + ROW / 2 + 4}" font-size="13">${name}</text>`];
  for (let client = 0; client < CLIENTS; client++) {
    const y = Math.round(top + 8 + (client / CLIENTS) * (ROW - 16));
    let atMs = 0;
    let previousMs = 0;
    for (const [index] of COLOURS.entries()) {
      previousMs = backoff(index + 1, roll(), previousMs);
      atMs += previousMs;
      if (atMs > SPAN_MS) break;
      dots[index] += `M${at(atMs)} ${y}h0`;
    }
  }
  const paths = dots.map(
    (path, index) => `<path d="${path}" stroke="${COLOURS[index]}" stroke-width="3.2" stroke-linecap="round"/>`,
  );
  return [...label, ...paths];
}

function tick(ms: number, height: number): string {
  const x = at(ms);
  return `<line x1="${x}" x2="${x}" y1="0" y2="${height - 24}" stroke="#8888"/><text x="${x}" y="${height - 8}" text-anchor="middle" font-size="13">${ms / 1000} s</text>`;
}

function at(ms: number): string {
  return (LEFT + (ms / SPAN_MS) * (WIDTH - LEFT - 30)).toFixed(1);
}

function dice(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}
