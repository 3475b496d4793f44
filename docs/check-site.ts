/**
 * Checks the built site: every link has a target, nothing is loaded from elsewhere, and the size stays below its limit.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '.vitepress/dist');
const BASE = '/twicesafe/';
const LIMIT_BYTES = 2_000_000;
/** As every static host sends it: compressed. */
const sizeOf = (file: string) => gzipSync(readFileSync(join(DIST, file))).length;
/** The playground brings a service worker and two clients, and no other page loads them. */
const PLAYGROUND = /playground|mockServiceWorker/i;

const files = new Set(globSync('**/*', { cwd: DIST }).filter((file) => statSync(join(DIST, file)).isFile()));
const pages = new Map([...files].filter((file) => file.endsWith('.html')).map((file) => [file, read(file)]));
const idsOf = new Map([...pages].map(([file, html]) => [file, new Set(values(html, 'id'))]));

const faults = [...pages].flatMap(([page, html]) => [...foreignResources(page, html), ...unsizedPictures(page, html)]);
for (const [link, where] of deadLinks()) faults.push(`${link} does not exist, but ${where.join(', ')} link to it`);
const bytes = [...files].filter((file) => !PLAYGROUND.test(file)).reduce((sum, file) => sum + sizeOf(file), 0);
if (bytes > LIMIT_BYTES) faults.push(`the site has ${bytes} bytes, and its limit is ${LIMIT_BYTES}`);

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${pages.size} pages, ${Math.round(bytes / 1000)} kB compressed without the playground, no dead link`);

function read(file: string): string {
  return readFileSync(join(DIST, file), 'utf8');
}

function values(html: string, attribute: string): string[] {
  return [...html.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value);
}

function deadLinks(): Map<string, string[]> {
  const dead = new Map<string, string[]>();
  for (const [page, html] of pages) {
    const links = [...values(html, 'href'), ...values(html, 'src')].filter((link) => !/^(?:[a-z]+:|\/\/)/.test(link));
    for (const link of new Set(links)) {
      if (!hasTarget(page, link)) dead.set(link, [...(dead.get(link) ?? []), page]);
    }
  }
  return dead;
}

function hasTarget(page: string, link: string): boolean {
  const { pathname, hash } = new URL(link, `http://localhost${BASE}${page}`);
  if (!pathname.startsWith(BASE)) return false;
  const path = decodeURI(pathname.slice(BASE.length));
  const target = [path, `${path}.html`, posix.join(path, 'index.html')].find((file) => files.has(file));
  if (target === undefined) return false;
  return hash === '' || idsOf.get(target)?.has(decodeURIComponent(hash.slice(1))) === true;
}

function foreignResources(page: string, html: string): string[] {
  const tags =
    html.match(/<(?:script|img|iframe|source|link rel="(?:stylesheet|preload|modulepreload|icon)")[^>]*>/g) ?? [];
  return tags.filter((tag) => /(?:src|href)="(?:https?:)?\/\//.test(tag)).map((tag) => `${page} loads ${tag}`);
}

/** Without its size, a picture moves the text below it when it has loaded. */
function unsizedPictures(page: string, html: string): string[] {
  const images = html.match(/<img [^>]*>/g) ?? [];
  return images.filter((tag) => !/ width="\d+" height="\d+"/.test(tag)).map((tag) => `${page} has no size for ${tag}`);
}
