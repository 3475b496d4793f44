import { connect } from 'node:net';

/** A database server for tests. */
export interface Service extends AsyncDisposable {
  readonly url: string;
}

/** How to find or start a server. */
export interface ServicePlan {
  readonly name: string;
  /** The environment variable that names another server. */
  readonly variable: string;
  /** The server on the standard port of this machine. */
  readonly standard: string;
  /** What to install where no server answers, for the message. */
  readonly debianPackage: string;
  /** Starts a private server. Undefined if its binaries are not installed. */
  start(): Promise<Service | undefined>;
}

/**
 * Finds the server that the environment names, or the one on the standard port, or starts a private one.
 *
 * @returns Undefined if there is none. That is said in one line, and the tests that need it are skipped.
 * @throws {Error} If there is none and `TWICESAFE_SERVICES` is `required`, or if the server that the environment names
 *   is silent.
 */
export async function findService(plan: ServicePlan): Promise<Service | undefined> {
  const named = process.env[plan.variable];
  if (named !== undefined) {
    if (await answers(named)) return borrowed(named);
    throw new Error(`${plan.variable} names a ${plan.name} server that does not answer`);
  }
  if (await answers(plan.standard)) return borrowed(plan.standard);
  const started = await plan.start();
  if (started) return started;

  const advice = `start ${plan.name}, set ${plan.variable}, or install Debian's ${plan.debianPackage}`;
  if (process.env.TWICESAFE_SERVICES === 'required') throw new Error(`no ${plan.name} server answers: ${advice}`);
  console.warn(`Not run: the tests of ${plan.name}. To run them, ${advice}.`);
  return undefined;
}

function borrowed(url: string): Service {
  return { url, async [Symbol.asyncDispose]() {} };
}

/** Whether something listens at the host and port of a URL. */
export function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 1_000 });
    const end = (isThere: boolean) => (): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
