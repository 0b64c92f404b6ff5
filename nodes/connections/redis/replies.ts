/** What Redis answers when it refuses, in words for people who run a plant. Pure. */

/** Errors that say nothing against the command: the same one may well be carried out later, or elsewhere. */
const reasons: Readonly<Record<string, (server: string) => string>> = {
  LOADING: (server) => `${server} is still loading its data`,
  OOM: (server) => `${server} is out of memory (maxmemory): make room, or let keys expire sooner`,
  READONLY: (server) =>
    `${server} is a replica and takes no writes: give the address of the master, or connect through sentinels`,
  MASTERDOWN: (server) => `${server} is a replica that has lost its master`,
  MISCONF: (server) => `${server} cannot save to its disk and takes no writes: look into its log`,
  NOREPLICAS: (server) => `${server} has too few replicas to take writes (min-replicas-to-write)`,
  BUSY: (server) => `${server} is busy with a script`,
  TRYAGAIN: (server) => `${server} is moving keys: trying again`,
  CLUSTERDOWN: (server) => `the cluster of ${server} is down: some of its masters are missing`,
  MOVED: (server) => `${server} is part of a cluster: choose Cluster as the kind of connection`,
  ASK: (server) => `${server} is part of a cluster: choose Cluster as the kind of connection`,
  NOAUTH: (server) => `${server} asks for a password: set it in the connection`,
  WRONGPASS: (server) => `${server} does not accept user name or password: check them`,
  NOPERM: (server) => `${server} does not give this user the right: look into its ACL`,
};

/** Errors after which another server may have taken over, so that the connection is made anew. */
const elsewhere = new Set(["READONLY", "MASTERDOWN", "MOVED", "ASK", "CLUSTERDOWN"]);

/** Why Redis takes nothing for now; `undefined` when it refuses this one command for good. */
export function unavailable(message: string, server: string): string | undefined {
  const code = codeOf(message);
  const reason = reasons[code]?.(server);
  return reason === undefined ? undefined : `${reason} (${message})`;
}

export function isElsewhere(message: string): boolean {
  return elsewhere.has(codeOf(message));
}

function codeOf(message: string): string {
  return /^[A-Z]+/.exec(message)?.[0] ?? "";
}
