import { expect, test } from 'vitest';
import type { Runtime } from '../../src/delivery/detect-runtime.ts';
import { failureKindOf } from '../../src/delivery/failure-kind-of.ts';
import { failure } from './failures.ts';

test.each<[string, Runtime, unknown, string]>([
  ['a longer code', 'node', failure({ code: 'ERR_TLS_CERT_ALTNAME_INVALID_1' }), 'network'],
  ['a longer code of OpenSSL', 'node', failure({ code: 'CERT_HAS_EXPIRED_1' }), 'network'],
  ["words before fetch's own", 'chromium', new TypeError('No: Failed to parse URL from x'), 'network'],
  ['words before those of a network failure', 'node', new TypeError('That fetch failed'), 'programmer-error'],
  ['words after those of a network failure', 'node', new TypeError('Network request failed for x'), 'programmer-error'],
])('%s in %s: only the whole text counts', (_, runtime, error, kind) => {
  expect(failureKindOf(error, runtime)).toBe(kind);
});
