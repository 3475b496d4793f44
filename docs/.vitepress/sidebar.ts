import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';

const DOCS = join(import.meta.dirname, '..');

const START = ['start/index', 'start/install', 'start/clients', 'playground'];
const GUIDES = [
  'keys',
  'guides/rules',
  'pacing',
  'guides/credentials',
  'guides/bodies',
  'effect',
  'guides/reconcile',
  'server',
  'outbox',
  'protocols',
  'prove-it',
  'observing',
  'works-with',
  'guides/browsers',
  'guides/security',
];
const EXPLANATIONS = [
  'explanations/why-post-is-not-repeated',
  'delivery',
  'explanations/exactly-once',
  'chaos',
  'overhead',
];
/** Guides that are new here come last, so that no page is out of reach. */
const OTHER_GUIDES = [...inFolder(''), ...inFolder('guides')].filter(
  (page) => ![...START, ...GUIDES, ...EXPLANATIONS].includes(page) && !isIndex(`/${page}`),
);

const main: DefaultTheme.SidebarItem[] = [
  group('Start', START),
  group('Guides', [...GUIDES, ...OTHER_GUIDES]),
  group('Explanations', EXPLANATIONS),
  group('Reference', ['why/index', 'server/index']),
  group('Migrate', inFolder('migrate')),
  group('Decisions', ['decisions/index']),
];

/** Folders with many pages have a sidebar of their own, because every page holds its whole sidebar. */
export const sidebar: DefaultTheme.SidebarMulti = {
  '/why/': folderSidebar('why'),
  '/server/': folderSidebar('server'),
  '/decisions/': folderSidebar('decisions'),
  '/': main,
};

function folderSidebar(folder: string): DefaultTheme.SidebarItem[] {
  const [index, ...pages] = inFolder(folder).sort((a, b) => Number(isIndex(b)) - Number(isIndex(a)));
  if (index === undefined || !isIndex(index)) throw new Error(`docs/${folder} has no index.md`);
  return [{ text: 'All of the documentation', link: '/start/' }, group(titleOf(index), [index, ...pages])];
}

function group(text: string, pages: readonly string[]): DefaultTheme.SidebarItem {
  return { text, items: pages.map((page) => ({ text: titleOf(page), link: `/${page.replace(/index$/, '')}` })) };
}

function inFolder(folder: string): string[] {
  return globSync('*.md', { cwd: join(DOCS, folder) })
    .map((file) => join(folder, file.slice(0, -3)))
    .sort();
}

function isIndex(page: string): boolean {
  return page.endsWith('/index');
}

/** The first heading, as text. */
function titleOf(page: string): string {
  const file = join(DOCS, `${page}.md`);
  const heading = existsSync(file) ? /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  if (heading === undefined) throw new Error(`docs/${page}.md is missing, or has no heading of level 1`);
  return heading.replaceAll('`', '');
}
