import { Socket } from 'node:net';
import type { Replacements } from './replacements.ts';
import type { TimerQueue } from './timer-queue.ts';
import { VirtualTimeout } from './virtual-timeout.ts';

/** Replaces `AbortSignal.timeout`, whose timer is the runtime's own. */
export function replaceAbortTimeout(queue: TimerQueue, replacements: Replacements): void {
  replacements.replace(AbortSignal, 'timeout', () => (delayMs: number) => {
    const controller = new AbortController();
    const callback = (): void =>
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    new VirtualTimeout(queue, { callback, delayMs, repeats: false }).unref();
    return controller.signal;
  });
}

/**
 * Replaces `setTimeout` of sockets, which `setTimeout` of a request in `node:http` ends up in.
 *
 * @returns what to call when a socket has moved, because that starts its limit again.
 */
export function replaceSocketTimeout(queue: TimerQueue, replacements: Replacements): (socket: Socket) => void {
  const limits = new Map<Socket, VirtualTimeout>();
  const watched = new WeakSet<Socket>();
  const forget = (socket: Socket): void => {
    limits.get(socket)?.close();
    limits.delete(socket);
  };
  const watch = (socket: Socket): void => {
    if (watched.has(socket)) return;
    watched.add(socket);
    socket.once('close', () => forget(socket));
  };
  replacements.replace(Socket.prototype, 'setTimeout', () => {
    return function setTimeout(this: Socket, delayMs: number, callback?: () => void): Socket {
      forget(this);
      // A member that Node's own code reads, as does http's agent.
      Object.assign(this, { timeout: delayMs });
      if (delayMs === 0) return callback ? this.off('timeout', callback) : this;
      if (callback) this.once('timeout', callback);
      const limit = new VirtualTimeout(queue, {
        callback: () => this.emit('timeout'),
        delayMs,
        repeats: false,
      }).unref();
      limits.set(this, limit);
      watch(this);
      return this;
    };
  });
  // Sockets that live longer get Node's own limit.
  replacements.afterwards(() => {
    for (const socket of [...limits.keys()]) {
      forget(socket);
      socket.setTimeout(socket.timeout ?? 0);
    }
  });
  return (socket) => void limits.get(socket)?.refresh();
}
