/** A Redis, alone, behind sentinels or as a cluster, shared by all nodes that name the same connection. What nodes see of it. */

/** The name in small letters, or as it is when it has a dot, then the arguments. The first is the key, if there is any. */
export type RedisCommand = [name: string, ...args: (string | number)[]];

/** The answer, or why Redis refused this command. */
export type RedisReply = { readonly value: unknown } | { readonly refused: string };

export interface RedisClient {
  /**
   * Sends the commands together and resolves with one reply for each. In a cluster only commands on the same key keep
   * their order. Rejects with `ConnectionError` when the connection broke, or when Redis takes nothing for now: it is
   * loading, out of memory, a replica, or without the right to write. Some commands may then have been carried out.
   */
  send(commands: readonly RedisCommand[]): Promise<readonly RedisReply[]>;
}
