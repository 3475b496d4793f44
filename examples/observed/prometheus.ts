import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort } from '@twicesafe/testing';

/** A Prometheus of this machine, in a process of its own. */
export interface Prometheus extends AsyncDisposable {
  /** The values of an expression of PromQL by now. */
  query(expression: string): Promise<readonly number[]>;
}

/** Whether this machine has Prometheus, as from Debian's package of that name. */
export const HAS_PROMETHEUS: boolean = spawnSync('prometheus', ['--version']).status === 0;

/** Starts Prometheus, which scrapes the metrics at a URL every 200 milliseconds. */
export async function startPrometheus(metricsUrl: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'twicesafe-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  const { host, pathname } = new URL(metricsUrl);
  const job = { job_name: 'shop', metrics_path: pathname, static_configs: [{ targets: [host] }] };
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ global: { scrape_interval: '200ms' }, scrape_configs: [job] }));
  const address = `127.0.0.1:${await closedPort()}`;
  const parameters = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
  ];
  const child = spawn('prometheus', parameters, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  return {
    query: async (expression) => {
      const response = await fetch(`http://${address}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression }),
      });
      const { status, data, error } = (await response.json()) as QueryAnswer;
      if (status !== 'success') throw new Error(`${error}: ${expression}`);
      return data.result.map(({ value: [, text] }) => Number(text));
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
interface QueryAnswer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}
