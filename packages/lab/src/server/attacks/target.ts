import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CuttableProxy } from './cuttable-proxy.ts';
import type { How, PaymentOrder } from './payment.ts';
import type { SubjectSetting } from './subjects/subject.ts';

/** A subject's response. */
export interface Seen {
  /** Undefined if the subject didn't respond within the limit. */
  readonly status: number | undefined;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly tookMs: number;
}

/** A request of an attack. */
export interface Sent {
  readonly order: string;
  readonly how?: How;
  readonly cents?: number;
  readonly key?: string | undefined;
  readonly path?: string;
  readonly tenant?: string;
  readonly signal?: AbortSignal;
}

const LIMIT_MS = 4_000;

/** A subject that runs in a separate process. */
export class Target implements AsyncDisposable {
  readonly redis: CuttableProxy;
  readonly #number: number;
  readonly #setting: SubjectSetting;
  #child: ChildProcess | undefined;
  #url = '';

  constructor(number: number, redis: CuttableProxy, ledger: string) {
    this.redis = redis;
    this.#number = number;
    this.#setting = { redis: redis.url, ledger, leaseMs: undefined };
    writeFileSync(ledger, '');
  }

  /** Starts or restarts the subject. */
  async start(own: Partial<SubjectSetting> = {}): Promise<void> {
    const setting = JSON.stringify({ ...this.#setting, ...own });
    this.#child = fork(join(import.meta.dirname, 'subject-process.ts'), [String(this.#number), setting], {
      // One package writes a file into the working directory.
      cwd: dirname(this.#setting.ledger),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const [port] = await once(this.#child, 'message');
    this.#url = `http://127.0.0.1:${port}`;
  }

  get isAlive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  async kill(): Promise<void> {
    if (!this.#child || !this.isAlive) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** Returns how many payments of an order took place. */
  effects(order: string): number {
    return readFileSync(this.#setting.ledger, 'utf8')
      .split('\n')
      .filter((line) => line === order).length;
  }

  async send({
    order,
    how = 'plain',
    cents = 1_200,
    key,
    path = '/payments',
    tenant = 'one',
    signal,
  }: Sent): Promise<Seen> {
    const startedAt = performance.now();
    const limit = AbortSignal.timeout(LIMIT_MS);
    try {
      const response = await fetch(this.#url + path, {
        method: 'POST',
        body: JSON.stringify({ order, how, cents } satisfies PaymentOrder),
        headers: {
          'content-type': 'application/json',
          authorization: tenant,
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes, tookMs: performance.now() - startedAt };
    } catch {
      return {
        status: undefined,
        headers: new Headers(),
        bytes: Buffer.alloc(0),
        tookMs: performance.now() - startedAt,
      };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
