import { readBytes } from './read-bytes.ts';

/** A copy of a stream's bytes, read while the stream itself is sent, up to a limit. */
export class BufferedBody {
  readonly #limit: number;
  #chunks: Uint8Array[] | undefined;
  #bytes: Blob | undefined;
  #started = false;
  #failed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** All bytes, or undefined if there were too many, or if some have yet to arrive. */
  get bytes(): Blob | undefined {
    if (this.#chunks) this.#bytes ??= new Blob(this.#chunks as BlobPart[]);
    return this.#bytes;
  }

  /** The bytes in pieces; undefined as for {@link bytes}. */
  get chunks(): readonly Uint8Array[] | undefined {
    return this.#chunks;
  }

  /** The bytes as text; undefined as for {@link bytes}. */
  get text(): string | undefined {
    const decoder = new TextDecoder();
    const parts = this.#chunks?.map((chunk) => decoder.decode(chunk, { stream: true }));
    return parts && parts.join('') + decoder.decode();
  }

  /** Whether reading the stream that is sent has begun. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether reading a separate stream failed because there were too many bytes, or because the stream failed. */
  get failed(): boolean {
    return this.#failed;
  }

  /**
   * Reads a separate stream in addition to the one that is sent. Never rejects.
   *
   * @returns Whether all of the bytes could be kept.
   */
  async read(stream: ReadableStream<Uint8Array>): Promise<boolean> {
    this.#chunks = await readBytes(stream, this.#limit).catch(() => undefined);
    this.#failed = this.#chunks === undefined;
    return !this.#failed;
  }

  /** The same chunks, kept while they pass. */
  async *tap(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#started = true;
    let chunks: Uint8Array[] | undefined = [];
    let size = 0;
    for await (const chunk of source) {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      size += bytes.byteLength;
      if (size > this.#limit) chunks = undefined;
      chunks?.push(bytes);
      yield bytes;
    }
    this.#chunks = chunks;
  }
}
