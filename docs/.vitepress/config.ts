import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type DefaultTheme, defineConfig, type Plugin, type UserConfig } from 'vitepress';
import { pictures } from './pictures.ts';
import { reasonSentence } from './reason-sentence.ts';
import { repositoryLinks } from './repository-links.ts';
import { rowHeaders } from './row-headers.ts';
import { sidebar } from './sidebar.ts';

const REPOSITORY = 'https://github.com/twicesafe/twicesafe';

// The playground's server is msw's worker, which must be a file of the site.
const PUBLIC = join(import.meta.dirname, '../public');
mkdirSync(PUBLIC, { recursive: true });
copyFileSync(createRequire(import.meta.url).resolve('msw/mockServiceWorker.js'), join(PUBLIC, 'mockServiceWorker.js'));

/** msw's worker has no entry for Node, where the pages are rendered and nothing is played. */
const browserOnly: Plugin = {
  name: 'browser-only',
  enforce: 'pre',
  resolveId: (source, _importer, { ssr }) =>
    ssr === true && source === 'msw/browser' ? { id: source, external: true } : undefined,
};

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: 'twicesafe',
  description: 'Retries HTTP requests only when a duplicate is harmless, and reports whether they took effect.',
  lang: 'en-US',
  base: '/twicesafe/',
  // No icon: browsers would ask for one and log a 404.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  cleanUrls: true,
  // Pages share one file of file names, which each would hold otherwise.
  metaChunk: true,
  // Run loads the playground's clients: until then they would delay the page.
  shouldPreload: (file) => !file.includes('/play.'),
  // Files that are no pages.
  srcExclude: ['node_modules/**', 'test/**'],
  // The playground runs the sources.
  vite: { resolve: { conditions: ['@twicesafe/source'] }, publicDir: PUBLIC, plugins: [browserOnly] },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { promql: 'sql' },
    config: (md) => void md.use(repositoryLinks, REPOSITORY).use(reasonSentence).use(pictures).use(rowHeaders),
  },
  themeConfig: {
    nav: [
      { text: 'Get started', link: '/start/' },
      { text: 'Why not repeated?', link: '/why/' },
      { text: 'Playground', link: '/playground' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Decisions', link: '/decisions/' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
  },
});

export default config;
