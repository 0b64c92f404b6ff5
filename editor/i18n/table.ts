/** A table of messages in both languages; a key that one of them lacks does not compile. */
export function messageTable<Key extends string>(table: {
  readonly en: Readonly<Record<Key, string>>;
  readonly zh: Readonly<Record<NoInfer<Key>, string>>;
}) {
  return table;
}
