import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The shop in a process of its own, which can be killed and started again at the same port. */
export class MortalShop implements AsyncDisposable {
  readonly #parameters: readonly string[];
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(path: string, paymentsUrl: string) {
    this.#parameters = [path, paymentsUrl];
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#child = fork(join(import.meta.dirname, 'shop.ts'), [...this.#parameters, String(this.#port)], {
      execArgv: ['--conditions=@twicesafe/source'],
      silent: true,
    });
    const [port] = await once(this.#child, 'message');
    this.#port = port;
  }

  /** SIGKILL: the process gets no chance to clean up, as when the kernel runs out of memory. */
  async kill(): Promise<void> {
    const gone = this.#child && once(this.#child, 'exit');
    this.#child?.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
