import type { Exchange } from './exchange.ts';

/** What an act leaves behind: a connection for the next request, or one that is finished. */
export type Afterwards = 'reuse' | 'finished';

/** What the origin does with one request, or, for `resetOnAccept`, with one connection. */
export type Act = ConnectionAct | RequestAct;

/** Played when a connection is accepted, before anything is read. */
export interface ConnectionAct {
  readonly on: 'accept';
  readonly name: string;
}

/** Played when the header section of a request has been read and recorded. */
export interface RequestAct {
  readonly on: 'request';
  readonly name: string;
  /** May reject when the connection goes away under it; the origin takes that as the end of the act. */
  play(exchange: Exchange): Promise<Afterwards>;
}
