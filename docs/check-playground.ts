/** Plays the built playground in Chromium: clicks, keyboard, the state in the URL, and accessibility. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Page } from 'playwright-core';
import { serve } from 'vitepress';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const PORT = 4178;
const SITE = `http://localhost:${PORT}/twicesafe/`;
const PAGES = ['', 'start/', 'start/clients', 'why/not-repeatable', 'playground', 'pacing', 'server'];

if (CHROMIUM === undefined) console.log('NOT RUN: the playground and axe, because this machine has no Chromium');
else await check(CHROMIUM);

async function check(executablePath: string): Promise<void> {
  await serve({ root: import.meta.dirname, port: PORT });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.setDefaultTimeout(60_000);

  await lostAnswer(page);
  await keyedKy(page);
  await refusedAxios(page);
  for (const colorScheme of ['light', 'dark'] as const) await isAccessible(page, colorScheme);

  assert.deepEqual(errors, []);
  await browser.close();
  console.log(`The playground works in Chromium ${browser.version()}, and axe finds nothing on ${PAGES.length} pages`);
  // The server of VitePress has no way to be closed.
  process.exit();
}

/** By mouse: a POST without a key whose answer is lost is doubled by the bare client, and not by twicesafe. */
async function lostAnswer(page: Page): Promise<void> {
  await page.goto(`${SITE}playground`);
  await page.getByRole('button', { name: 'Run' }).click();
  const [bare, twicesafe] = await verdicts(page);

  assert.equal(bare, 'The order was placed 2 times.');
  assert.equal(twicesafe, 'The order was placed once. The report says that it may have been: look it up.');
  assert.ok(await page.getByRole('link', { name: 'not-repeatable' }).isVisible());
  const screenshot = process.env.TWICESAFE_SCREENSHOT;
  if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
}

/** By keyboard, with Ky and a key from the URL: both place the order once, and the URL keeps what was chosen. */
async function keyedKy(page: Page): Promise<void> {
  await page.goto(`${SITE}playground?client=ky&method=POST&key=1&faults=busy,lost,none`);
  await page.getByLabel('Method').focus();
  await page.keyboard.type('PA');
  await page.getByRole('button', { name: 'Run' }).focus();
  await page.keyboard.press('Enter');
  const [bare, twicesafe] = await verdicts(page);

  assert.equal(bare, 'The order was placed once.');
  assert.equal(twicesafe, 'The order was placed once.');
  assert.equal(new URL(page.url()).search, '?client=ky&method=PATCH&key=1&faults=busy%2Clost%2Cnone');
  assert.match((await page.locator('.timelines section').nth(1).textContent()) ?? '', /knew the key: no second effect/);
}

/** With axios, a POST that the server refused is placed once by the second attempt. */
async function refusedAxios(page: Page): Promise<void> {
  await page.goto(`${SITE}playground?client=axios&method=POST&key=0&faults=refused,none,none`);
  await page.getByRole('button', { name: 'Run' }).click();
  const [, twicesafe] = await verdicts(page);

  assert.equal(twicesafe, 'The order was placed once.');
  assert.match((await page.locator('.timelines section').nth(1).textContent()) ?? '', /Status 421/);
}

async function verdicts(page: Page): Promise<string[]> {
  await page.getByText('Both timelines are done').waitFor();
  return await page.locator('.timelines .verdict').allTextContents();
}

async function isAccessible(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  for (const path of PAGES) {
    await page.goto(SITE + path);
    if (path === 'playground') {
      await page.getByRole('button', { name: 'Run' }).click();
      await verdicts(page);
    }
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
      return (await axe.run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      );
    });
    assert.deepEqual(violations, [], `${path} in ${colorScheme} mode`);
  }
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
