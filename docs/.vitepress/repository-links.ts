import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

const REPOSITORY_FOLDER = resolve(import.meta.dirname, '../..');
const DOCS = join(REPOSITORY_FOLDER, 'docs');

/**
 * Points links that leave `docs` at the repository, so that one page works both on the site and on GitHub.
 *
 * @throws {Error} If no such file exists.
 */
export function repositoryLinks(md: MarkdownRenderer, repository: string): void {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href?.startsWith('.'))
        token.attrSet('href', repositoryLink(href, (env as { path: string }).path, repository));
    }
  });
}

function repositoryLink(href: string, page: string, repository: string): string {
  const [path = '', anchor] = href.split('#');
  const file = resolve(dirname(page), path);
  if (file.startsWith(`${DOCS}/`) && !isFolder(file)) return href;
  if (!existsSync(file)) throw new Error(`${relative(REPOSITORY_FOLDER, page)} links to ${href}, which does not exist`);
  const kind = isFolder(file) ? 'tree' : 'blob';
  const hash = anchor === undefined ? '' : `#${anchor}`;
  return `${repository}/${kind}/main/${relative(REPOSITORY_FOLDER, file)}${hash}`;
}

function isFolder(file: string): boolean {
  return existsSync(file) && statSync(file).isDirectory();
}
