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
const REFERENCE = ['options', 'why/index', 'server/index', 'reference/index'];
/** Guides that are new here come last, so that no page is out of reach. */
const OTHER_GUIDES = [...inFolder(''), ...inFolder('guides')].filter(
  (page) => ![...START, ...GUIDES, ...EXPLANATIONS, ...REFERENCE].includes(page) && !isIndex(`/${page}`),
);

const main: DefaultTheme.SidebarItem[] = [
  group('Start', START),
  group('Guides', [...GUIDES, ...OTHER_GUIDES]),
  group('Explanations', EXPLANATIONS),
  group('Reference', REFERENCE),
  group('Migrate', inFolder('migrate')),
  group('Decisions', ['decisions/index']),
];

/** Folders with many pages have a sidebar of their own, because every page holds its whole sidebar. */
export const sidebar: DefaultTheme.SidebarMulti = {
  '/why/': folderSidebar('why'),
  '/server/': folderSidebar('server'),
  '/decisions/': folderSidebar('decisions'),
  '/reference/': folderSidebar('reference', '**/*.md'),
  '/': main,
};

function folderSidebar(folder: string, files?: string): DefaultTheme.SidebarItem[] {
  const index = join(folder, 'index');
  const pages = inFolder(folder, files).filter((page) => page !== index);
  return [{ text: 'All of the documentation', link: '/start/' }, group(titleOf(index), [index, ...pages])];
}

function group(text: string, pages: readonly string[]): DefaultTheme.SidebarItem {
  return { text, items: pages.map((page) => ({ text: titleOf(page), link: `/${page.replace(/index$/, '')}` })) };
}

function inFolder(folder: string, files = '*.md'): string[] {
  return globSync(files, { cwd: join(DOCS, folder) })
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
