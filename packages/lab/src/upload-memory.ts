/**
 * Measures the peak memory of a POST and a PUT of a long stream, for plain and wrapped fetch and ky, each in a separate
 * process.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import { serve } from '@twicesafe/testing';
import ky from 'ky';

const MEBIBYTE = 1_048_576;
const LENGTH = 300 * MEBIBYTE;

function upload(): ReadableStream<Uint8Array> {
  let left = LENGTH;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(new Uint8Array(65_536));
      left -= 65_536;
    },
  });
}

type Upload = (url: string, init: RequestInit) => Promise<unknown>;
const clients: Readonly<Record<string, Upload>> = {
  fetch: (url, init) => fetch(url, init),
  wrapFetch: wrapFetch(),
  ky: (url, init) => ky(url, { ...init, retry: 0, timeout: false }),
  wrapKy: (url, init) => wrapKy(ky)(url, { ...init, timeout: false }),
};

/** Runs in a separate process. Measures the peak memory of one upload. */
async function measure(client: Upload, method: string): Promise<void> {
  let received = 0;
  const server = await serve((request, response) => {
    request.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
    });
    request.on('end', () => response.end());
  });
  await client(server.url, { method, body: upload(), duplex: 'half' } as RequestInit);
  await server.close();
  if (received !== LENGTH) throw new Error(`${received} of ${LENGTH} bytes arrived`);
  console.log(process.resourceUsage().maxRSS / 1024);
}

const [, , name, method = 'POST'] = process.argv;
if (name !== undefined) {
  const client = clients[name];
  if (!client) throw new Error(`no client ${name}; there are ${Object.keys(clients).join(', ')}`);
  await measure(client, method);
} else {
  const script = fileURLToPath(import.meta.url);
  const options = ['--conditions=@twicesafe/source', script];
  const peak = (client: string, verb: string): number =>
    Number(execFileSync(process.execPath, [...options, client, verb], { encoding: 'utf8' }));
  for (const [bare, wrapped, verb] of [
    ['fetch', 'wrapFetch', 'POST'],
    ['fetch', 'wrapFetch', 'PUT'],
    ['ky', 'wrapKy', 'POST'],
    ['ky', 'wrapKy', 'PUT'],
  ] as const) {
    const [before, after] = [peak(bare, verb), peak(wrapped, verb)];
    console.log(
      `${verb} ${wrapped}: ${after.toFixed(0)} MiB at most, ${bare} ${before.toFixed(0)} MiB, ${(after / before).toFixed(2)}x`,
    );
  }
}
