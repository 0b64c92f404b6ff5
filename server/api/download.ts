/** An answer that is a file rather than JSON. */
import type { Readable } from "node:stream";

export class Download {
  /** What a browser calls it. */
  readonly name: string;
  readonly type: string;
  readonly content: Readable;
  /** Called when it was sent, or will not be. */
  readonly dispose: () => Promise<void>;
  constructor(options: { name: string; type: string; content: Readable; dispose: () => Promise<void> }) {
    this.name = options.name;
    this.type = options.type;
    this.content = options.content;
    this.dispose = options.dispose;
  }
}
