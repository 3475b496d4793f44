import { expect, test } from 'vitest';
import { currentRuntime, detectRuntime, type RuntimeScope } from '../../src/delivery/detect-runtime.ts';

const versions = { node: '24.0.0' };
const browser = (userAgent: string): RuntimeScope => ({
  navigator: { userAgent: `Mozilla/5.0 (X11; Linux x86_64) ${userAgent}` },
});
const chrome = browser('AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36');

test.each<[string, RuntimeScope, string]>([
  ['Node', { process: { versions }, navigator: { userAgent: 'Node.js/24' } }, 'node'],
  [
    'Node with a simulated browser',
    { process: { versions }, navigator: { userAgent: 'Mozilla/5.0 AppleWebKit/537.36 jsdom/29' } },
    'node',
  ],
  ["Electron's main process", { process: { versions, type: 'browser' } }, 'node'],
  ["Electron's window", { ...chrome, process: { versions, type: 'renderer' } }, 'chromium'],
  ['Bun', { Bun: {}, process: { versions: { ...versions, bun: '1.4.5' } } }, 'bun'],
  ['Deno', { Deno: {}, process: { versions } }, 'deno'],
  ['workerd', { navigator: { userAgent: 'Cloudflare-Workers' }, process: { versions } }, 'workerd'],
  ['Chrome', chrome, 'chromium'],
  ['a browser with a bundled process', { ...chrome, process: { versions: {} } }, 'chromium'],
  ['Firefox', browser('Gecko/20100101 Firefox/153.0'), 'firefox'],
  ['Safari', browser('AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15'), 'safari'],
  [
    'Chrome on iOS',
    browser('AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1'),
    'safari',
  ],
  ['React Native', { navigator: {} }, 'unknown'],
  ['an empty scope', {}, 'unknown'],
])('recognises %s', (_title, scope, runtime) => {
  expect(detectRuntime(scope)).toBe(runtime);
});

test('the tests run in Node', () => {
  expect(currentRuntime()).toBe('node');
  expect(detectRuntime()).toBe('node');
});
