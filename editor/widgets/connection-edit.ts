import type { FlowConnection } from "../../server/api/contract.ts";

/** Lower-case letters, digits and "-", as ids of a document must be; `fallback` when nothing of the text is left. */
export function idOf(text: string, fallback: string): string {
  const slug = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return slug === "" ? fallback : slug;
}

/** The id, or the id with the first number behind it that nobody has. */
export function freeId(id: string, taken: readonly string[]): string {
  if (!taken.includes(id)) return id;
  for (let count = 2; ; count++) if (!taken.includes(`${id}-${count}`)) return `${id}-${count}`;
}

/** An empty connection with a free id made of its type. */
export function newConnection(connections: readonly FlowConnection[], type: string): FlowConnection {
  const taken = connections.map(({ id }) => id);
  return { id: freeId(idOf(type, "connection"), taken), type, config: {} };
}

/** Adds the connection, or puts it in place of the one with its id. */
export function withConnection(
  connections: readonly FlowConnection[],
  connection: FlowConnection,
): readonly FlowConnection[] {
  return connections.some(({ id }) => id === connection.id)
    ? connections.map((old) => (old.id === connection.id ? connection : old))
    : [...connections, connection];
}
