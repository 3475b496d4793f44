import { framed } from './frame.ts';
import { tableOf } from './table-of.ts';

const WIDTH = 960;
const ROW = 30;
const TOP = 70;
const BARS_LEFT = 330;
const LONGEST_BAR = 480;
const TITLE = 'Requests per operation while a server had a fifth of its capacity';

/**
 * Draws how much each client sent in the storm. One request per operation is what the callers asked for.
 *
 * @param page - A page with the table that `lab:storm --write` wrote.
 */
export function stormPicture(page: string): string {
  const lines = tableOf(page, 'storm').map(([name = '', requests]) => ({ name, requests: Number(requests) }));
  const longest = Math.max(...lines.map(({ requests }) => requests));
  const height = TOP + lines.length * ROW + 16;
  const widthOf = (requests: number): number => (requests / longest) * LONGEST_BAR;
  const one = (BARS_LEFT + widthOf(1)).toFixed(1);
  return framed(
    {
      width: WIDTH,
      height,
      title: TITLE,
      description: lines.map(({ name, requests }) => `${name}: ${requests.toFixed(2)}.`).join(' '),
    },
    [
      `<text class="ink" x="20" y="34" font-weight="600">${TITLE}</text>`,
      ...lines.flatMap(({ name, requests }, index) => {
        const top = TOP + index * ROW;
        const end = (BARS_LEFT + widthOf(requests) + 8).toFixed(1);
        const color = name.startsWith('twicesafe') ? 'good' : 'quiet';
        return [
          `<text class="ink" x="20" y="${top + 16}" font-size="13">${name}</text>`,
          `<rect class="${color}" x="${BARS_LEFT}" y="${top + 4}" width="${widthOf(requests).toFixed(1)}" height="16" rx="2"/>`,
          `<text class="ink" x="${end}" y="${top + 17}" font-size="13">${requests.toFixed(2)}</text>`,
        ];
      }),
      `<line class="mark-line" x1="${one}" y1="${TOP - 6}" x2="${one}" y2="${height - 12}"/>`,
    ],
  );
}
