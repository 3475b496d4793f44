import { Socket } from 'node:net';
import type { Replacements } from './replacements.ts';

/** Everything by which a socket moves: what it sends, what it gets, and how it begins and ends. */
const MOVES = ['connect', 'write', 'push', 'end', '_destroy'] as const;

/** Calls `onMove` whenever a socket of this process moves. */
export function watchSockets(replacements: Replacements, onMove: (socket: Socket) => void): void {
  // The members differ in their types, and what replaces them passes everything on.
  const prototype = Socket.prototype as unknown as Record<
    (typeof MOVES)[number],
    (...parameters: unknown[]) => unknown
  >;
  for (const move of MOVES) {
    replacements.replace(prototype, move, (original) => {
      return function moving(this: Socket, ...parameters: unknown[]) {
        onMove(this);
        return original.apply(this, parameters);
      };
    });
  }
}
