import { expect, test, vi } from 'vitest';
import { provesSafe, scriptedOrigin } from '../../src/index.ts';

vi.setConfig({ testTimeout: 60_000 });

// A file of its own: undici makes one timer for all its limits at the first request of the process.
test("undici's own limits of minutes are virtual, too, whatever the process did before", async () => {
  const unlimited = async (url: string): Promise<Response> => await fetch(url, { method: 'POST' });
  await using origin = await scriptedOrigin();
  await fetch(origin.url);

  const proof = await provesSafe(unlimited, { faults: ['hang', 'hangBefore'], on: [1], time: 'virtual' });

  expect(proof.rows.map(({ verdict }) => verdict)).toEqual(['ok', 'misled', 'lost']);
});
