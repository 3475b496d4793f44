import { type DefaultTheme, defineConfig, type UserConfig } from 'vitepress';
import { reasonSentence } from './reason-sentence.ts';
import { repositoryLinks } from './repository-links.ts';
import { sidebar } from './sidebar.ts';

const REPOSITORY = 'https://github.com/twicesafe/twicesafe';

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: 'twicesafe',
  description: 'Retries HTTP requests only when a duplicate is harmless, and reports whether they took effect.',
  lang: 'en-US',
  base: '/twicesafe/',
  cleanUrls: true,
  // Pages share one file of file names, which each would hold otherwise.
  metaChunk: true,
  // Files that are no pages.
  srcExclude: ['node_modules/**', 'test/**'],
  markdown: {
    languageAlias: { promql: 'sql' },
    config: (md) => void md.use(repositoryLinks, REPOSITORY).use(reasonSentence),
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/start/' },
      { text: 'Why not repeated?', link: '/why/' },
      { text: 'Decisions', link: '/decisions/' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
  },
});

export default config;
