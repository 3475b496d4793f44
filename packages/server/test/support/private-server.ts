import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { answers } from './find-service.ts';

/** How a server process is started. */
export interface ServerCommand {
  readonly file: string;
  readonly parameters: readonly string[];
  /** Where it listens once it has started. */
  readonly url: string;
  readonly identity?: { readonly uid: number; readonly gid: number };
}

/** Starts a server and waits until it listens. */
export async function startServer({ file, parameters, url, identity }: ServerCommand): Promise<ChildProcess> {
  const child = spawn(file, parameters, { stdio: 'ignore', cwd: '/', ...identity });
  const failure = once(child, 'exit').then(([code]) => new Error(`${file} ended with ${code}`));
  failure.catch(() => {});
  for (let tries = 0; tries < 200; tries += 1) {
    if (await answers(url)) return child;
    const ended = await Promise.race([failure, setTimeout(50)]);
    if (ended) throw ended;
  }
  child.kill('SIGKILL');
  throw new Error(`${file} does not listen`);
}

/** Ends a process that was started here, and waits for it. */
export async function stopServer(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
