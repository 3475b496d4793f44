/**
 * The color names that a picture's parts use. Each color has a contrast of at least 4.5:1 to the page, in both modes.
 */
const COLORS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  page: ['#ffffff', '#12161c'],
  ink: ['#1f2328', '#e6edf3'],
  quiet: ['#57606a', '#a5b1bd'],
  good: ['#1a6e46', '#56d394'],
  bad: ['#b3261e', '#ff8a80'],
  mark: ['#1d5c94', '#8ec5f5'],
};

const styleFor = (mode: 0 | 1): string =>
  Object.entries(COLORS)
    .map(([name, colors]) => `.${name}{fill:${colors[mode]}}.${name}-line{stroke:${colors[mode]};fill:none}`)
    .join('');

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** A description of the picture for people who can't see it. */
  readonly description: string;
}

/** Puts parts into a picture that follows the reader's light or dark mode. */
export function framed({ width, height, title, description }: Frame, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="15">`,
    `<title id="title">${title}</title>`,
    `<desc id="description">${description}</desc>`,
    `<style>text{fill:${COLORS.ink?.[0]}}${styleFor(0)}@media (prefers-color-scheme:dark){text{fill:${COLORS.ink?.[1]}}${styleFor(1)}}</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
