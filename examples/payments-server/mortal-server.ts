import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The server in a process of its own, which can be killed and started again at the same port. */
export class MortalServer implements AsyncDisposable {
  readonly #path: string;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#child = fork(join(import.meta.dirname, 'server.ts'), [this.#path, String(this.#port)], { silent: true });
    const [port] = await once(this.#child, 'message');
    this.#port = port;
  }

  /** SIGKILL: the process gets no chance to clean up, as in a power failure or when the kernel runs out of memory. */
  async kill(): Promise<void> {
    const gone = this.#child && once(this.#child, 'exit');
    this.#child?.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
