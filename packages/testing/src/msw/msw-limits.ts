import type { FaultName } from '../faults/fault.ts';

const SOCKET = 'use provesSafe or scriptedOrigin of @twicesafe/testing, which play it on a real socket';

/** The faults that msw cannot play, and why. */
export const NOT_PLAYED: Readonly<Partial<Record<FaultName, string>>> = {
  refused: `msw knows one network error without a code, so that a refused connection looks like a reset: ${SOCKET}`,
  closeBefore: `msw knows one network error without a code, so that a close looks like a reset: play resetBefore, or ${SOCKET}`,
  closeAfter: `msw knows one network error without a code, so that a close looks like a reset: play resetAfter, or ${SOCKET}`,
  truncated: `msw lets a body that breaks off end well, which hides doublings: ${SOCKET}`,
  duplicated: `msw stands in the client, where no proxy can send a request twice: ${SOCKET}`,
};

/** The faults that msw plays in Node with less than the truth. Browsers hide the code too. */
export const HIDES: Readonly<Partial<Record<FaultName, string>>> = {
  resetBefore: `the network error has no code, so clients that retry on ECONNRESET do not: in Node, ${SOCKET}`,
  resetAfter: `the network error has no code, so clients that double on ECONNRESET do not: in Node, ${SOCKET}`,
};
