import type { Operation } from '@twicesafe/core/adapter';
import { CopyWatch, isOwnConnection, isOwnTransport } from '@twicesafe/evidence';
import type { Options } from 'got';

const watched = new WeakMap<Operation, GotCopies>();

/** The copies of a call, if code of others runs between got and the network, as that of MSW, nock and tracers does. */
export class GotCopies {
  readonly #watch: CopyWatch;
  /** Whether that code answers what is written to a connection. */
  readonly #mocked: boolean;

  private constructor(watch: CopyWatch, mocked: boolean) {
    this.#watch = watch;
    this.#mocked = mocked;
  }

  /** The copies of an operation, if they are watched. */
  static of(operation: Operation): GotCopies | undefined {
    return watched.get(operation);
  }

  /** Sends a call of got, and watches its copies until `end`. Node doesn't show requests over HTTP/2. */
  static follow<Sent>(operation: Operation, { http2 }: Pick<Options, 'http2'>, send: () => Sent): Sent {
    if (http2 || isOwnTransport()) return send();
    const { traits, keyHeaders, mayChange } = operation;
    const watch = CopyWatch.for({ method: traits.method, url: traits.url, keyHeaders, mayChange });
    if (!watch) return send();
    const copies = new GotCopies(watch, !isOwnConnection());
    watched.set(operation, copies);
    try {
      return watch.open(send);
    } catch (error) {
      copies.end();
      throw error;
    }
  }

  /** An attempt is over. */
  pause(): void {
    this.#watch.pause();
  }

  /** An attempt begins. */
  restart(): void {
    this.#watch.restart();
  }

  /** Whether a copy may have been sent after the end of an attempt. */
  get sentLater(): boolean {
    return this.#watch.sentLater;
  }

  /** Which copies a status leaves unseen. */
  unseenBehind(status: number): boolean | 'others' {
    return this.#watch.unseenBehind(status);
  }

  /** Whether an error belongs to the only copy, and to a connection that Node made. */
  get proves(): boolean {
    return !this.#mocked && this.#watch.single;
  }

  /** The call is over. */
  end(): void {
    this.#watch.end();
  }
}
