import type { FailureDelivery } from '@twicesafe/core/adapter';
import { bunDelivery } from './bun.ts';
import { causesOf, type Link } from './causes.ts';
import { denoDelivery } from './deno.ts';
import { currentRuntime, type Runtime } from './detect-runtime.ts';
import { nodeAbortDelivery, nodeDelivery } from './node.ts';

/** How the request was made, as far as it matters to what its error proves. */
export interface DeliveryOptions {
  /**
   * Whose fetch failed.
   *
   * @default the runtime that this code runs in
   */
  readonly runtime?: Runtime;
  /** The method, in upper case. Without it, errors aren't proof in runtimes that retry some methods on their own. */
  readonly method?: string;
  /**
   * Whether a redirect was followed, or may have been. The error may then belong to another request and isn't proof.
   */
  readonly redirected?: boolean;
  /** Whether the body was a stream. The runtime never resends a stream, and the error may be the stream's own. */
  readonly streamBody?: boolean;
}

type Table = (link: Link) => FailureDelivery | undefined;

const ABORT = /^(Abort|Timeout|Canceled)Error$/;

/**
 * Returns what an error proves about a request without a response. Without proof, it returns `unknown`. Takes real
 * errors and records of their shape, with their causes, and never throws.
 *
 * The error doesn't show whether the call was aborted, or whether its response had begun. Check both first.
 *
 * @example
 * try {
 *   await fetch(url, { method: 'POST', redirect: 'manual' });
 * } catch (error) {
 *   console.log(deliveryOf(error)); // 'never-sent' if the connection was refused
 * }
 */
export function deliveryOf(error: unknown, options: DeliveryOptions = {}): FailureDelivery {
  const { runtime = currentRuntime(), redirected } = options;
  const table = redirected ? undefined : tableOf(runtime, options);
  return table ? judge(causesOf(error), table) : 'unknown';
}

// Browsers and workerd have no table: their errors are the same whether the request was processed or never sent.
function tableOf(runtime: Runtime, { method, streamBody }: DeliveryOptions): Table | undefined {
  // Deno resends everything but a stream. The fetch of the others may report the error of the caller's stream, which
  // may be another request's.
  if (streamBody) return runtime === 'deno' ? unlessAborted(denoDelivery) : undefined;
  if (runtime === 'node') return (link) => (isAbort(link) ? nodeAbortDelivery(link) : nodeDelivery(link));
  // Of all other methods Bun sends a second copy by itself.
  const sentOnce = method === 'POST' || method === 'PATCH';
  return runtime === 'bun' && sentOnce ? unlessAborted(bunDelivery) : undefined;
}

function unlessAborted(table: Table): Table {
  return (link) => (isAbort(link) ? 'unknown' : table(link));
}

function isAbort({ name }: Link): boolean {
  return ABORT.test(name);
}

function judge(chain: readonly Link[], table: Table): FailureDelivery {
  for (const link of chain) {
    // An AggregateError's own code is its first member's, and says nothing about the others.
    if (link.members) return everyNeverSent(link.members, table) ? 'never-sent' : 'unknown';
    const delivery = table(link);
    if (delivery) return delivery;
  }
  return 'unknown';
}

function everyNeverSent(members: readonly (readonly Link[])[], table: Table): boolean {
  return members.length > 0 && members.every((chain) => judge(chain, table) === 'never-sent');
}
