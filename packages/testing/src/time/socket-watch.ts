import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { Replacements } from './replacements.ts';

/** Everything by which a socket moves: what it sends, what it gets, and how it ends. */
const MOVES = ['write', 'push', 'end', '_destroy'] as const;

/** How it begins. A replaced `connect` would look like that of a mock, whose answers prove less. */
const BEGINNING = 'net.client.socket';

type OnMove = (socket: Socket) => void;

/** All watches share one replacement, so that they may end in any order. */
const watches: Set<OnMove> = new Set();
let replacements: Replacements | undefined;

/** Calls `onMove` whenever a socket of this process moves, until it is disposed. */
export function watchSockets(onMove: OnMove): Disposable {
  const watch: OnMove = (socket) => onMove(socket);
  watches.add(watch);
  replacements ??= replaceMoves();
  return {
    [Symbol.dispose]: () => {
      watches.delete(watch);
      if (watches.size > 0) return;
      unsubscribe(BEGINNING, begins);
      replacements?.[Symbol.dispose]();
      replacements = undefined;
    },
  };
}

function begins(message: unknown): void {
  for (const watch of watches) watch((message as { readonly socket: Socket }).socket);
}

function replaceMoves(): Replacements {
  subscribe(BEGINNING, begins);
  const replacements = new Replacements();
  // The members differ in their types, and what replaces them passes everything on.
  const prototype = Socket.prototype as unknown as Record<
    (typeof MOVES)[number],
    (...parameters: unknown[]) => unknown
  >;
  for (const move of MOVES) {
    replacements.replace(prototype, move, (original) => {
      return function moving(this: Socket, ...parameters: unknown[]) {
        for (const watch of watches) watch(this);
        return original.apply(this, parameters);
      };
    });
  }
  return replacements;
}
