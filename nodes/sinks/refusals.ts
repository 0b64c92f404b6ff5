/** Records of a batch that a sink cannot pass on or its target does not take, each with its reason. */
import type { SinkRecord } from "../contract/connector.ts";
import { MessageError, PartialWriteError } from "../contract/errors.ts";

export interface Refusal {
  /** Place of the record in the batch. */
  readonly index: number;
  readonly reason: string;
}

/** What was made of a record, with the record's place in the batch. */
export interface Made<T> {
  readonly index: number;
  readonly content: T;
}

/** Makes of each record what is sent; what throws `MessageError` is refused, other errors are passed on. */
export function makeAll<T>(
  records: readonly SinkRecord[],
  make: (record: SinkRecord) => T,
): { readonly made: readonly Made<T>[]; readonly refused: readonly Refusal[] } {
  const made: Made<T>[] = [];
  const refused: Refusal[] = [];
  for (const [index, record] of records.entries())
    try {
      made.push({ index, content: make(record) });
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      refused.push({ index, reason: error.message });
    }
  return { made, refused };
}

/** Throws `PartialWriteError` when there are any. */
export function throwRefused(...refused: readonly (readonly Refusal[])[]): void {
  const all = refused.flat();
  if (all.length > 0) throw new PartialWriteError(all.toSorted((a, b) => a.index - b.index));
}
