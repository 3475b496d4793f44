import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ServerPlan } from './server-process.ts';

const SHORTEST_LIFE_MS = 50;
const LONGEST_LIFE_MS = 1_500;

/** A server that is killed repeatedly and restarted on the same port. */
export class Victim implements AsyncDisposable {
  readonly #plan: ServerPlan;
  #child: ChildProcess | undefined;
  #kills = 0;

  constructor(plan: ServerPlan) {
    this.#plan = plan;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#plan.port}/payments`;
  }

  get kills(): number {
    return this.#kills;
  }

  async start(): Promise<void> {
    const child = fork(join(import.meta.dirname, 'server-process.ts'), [JSON.stringify(this.#plan)]);
    this.#child = child;
    await once(child, 'message');
  }

  /** Kills and restarts the server until `mayLive` returns true. The server is running at the end. */
  async suffer(mayLive: () => boolean): Promise<void> {
    for (;;) {
      await setTimeout(SHORTEST_LIFE_MS + Math.random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
      if (mayLive()) return;
      await this.#kill();
      this.#kills += 1;
      await this.start();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill();
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
