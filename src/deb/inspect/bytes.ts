/** Takes a stream of chunks apart by length, with no more than one chunk in memory. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes without taking them; fewer at the end of the stream. */
  async peek(length: number): Promise<Buffer> {
    while (this.#rest.length < length) {
      const next = await this.#chunks.next();
      if (next.done) break;
      this.#rest = Buffer.concat([this.#rest, next.value]);
    }
    return this.#rest.subarray(0, length);
  }

  /** The next bytes; fewer at the end of the stream. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  /** The next bytes as they come, for lengths that do not belong in memory. */
  async *part(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      const some = await this.peek(1);
      if (some.length === 0) return;
      const bytes = await this.take(Math.min(left, this.#rest.length));
      left -= bytes.length;
      yield bytes;
    }
  }

  /** Reads and forgets what is left, so that the other end of the stream comes to its end too. */
  async drain(): Promise<void> {
    this.#rest = Buffer.alloc(0);
    while (!(await this.#chunks.next()).done);
  }
}
