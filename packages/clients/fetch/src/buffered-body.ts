import { readBytes } from '@twicesafe/evidence';

/** A copy of a stream's bytes, read while the stream itself is sent, up to a limit. */
export class BufferedBody {
  #bytes: Blob | undefined;

  constructor(stream: ReadableStream<Uint8Array>, limit: number) {
    readBytes(stream, limit).then(
      (chunks) => {
        if (chunks) this.#bytes = new Blob(chunks as BlobPart[]);
      },
      // The caller's stream failed: so does the attempt that sends it.
      () => {},
    );
  }

  /** All of the bytes; undefined if there were too many, or if they have not all come yet. */
  get bytes(): Blob | undefined {
    return this.#bytes;
  }
}
