/** Bytes of a stream as lines of UTF-8, whatever the pieces they come in. */

const newline = 0x0a;
const decoder = new TextDecoder("utf-8");

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: () => void;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isSkipping = false;

  /** A line longer than `maxBytes` is left out as a whole and told once; nothing of it is kept meanwhile. */
  constructor(maxBytes: number, onLine: (line: string) => void, onTooLong: () => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#add(chunk.subarray(start, end));
      this.#end();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  #add(piece: Buffer): void {
    if (this.#isSkipping || piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#bytes <= this.#maxBytes) {
      this.#pieces.push(piece);
      return;
    }
    this.#pieces = [];
    this.#isSkipping = true;
    this.#onTooLong();
  }

  #end(): void {
    const line = this.#isSkipping ? "" : decoder.decode(Buffer.concat(this.#pieces)).trim();
    this.#pieces = [];
    this.#bytes = 0;
    this.#isSkipping = false;
    if (line !== "") this.#onLine(line);
  }
}
