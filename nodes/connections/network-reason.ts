/** Why a connection could not be made or broke, in words for people who run a plant. Pure. */

export interface PeerWords {
  /** What should answer there: `broker`. */
  readonly program: string;
  /** What it speaks: `MQTT`. */
  readonly language: string;
  /** Schemes of addresses without and with TLS: `mqtt` and `mqtts`. */
  readonly plain: string;
  readonly secure: string;
}

const reasons: Readonly<Record<string, (address: string, words: PeerWords) => string>> = {
  ECONNREFUSED: (address, { program }) =>
    `nothing listens at ${address}: is the ${program} running, and is the port right?`,
  ENOTFOUND: (address) => `the name in ${address} is not known: check the spelling, or write the IP address`,
  EAI_AGAIN: (address) => `the name in ${address} cannot be looked up: is the name server reachable?`,
  ETIMEDOUT: (address) => `no answer from ${address}: is it the right address, and does a firewall block it?`,
  EHOSTUNREACH: (address) => `${address} cannot be reached: check cable, address and gateway of the network`,
  ENETUNREACH: (address) => `${address} cannot be reached: this machine has no route to that network`,
  ECONNRESET: (address, { language }) =>
    `${address} broke off the connection: does that port speak ${language}, with or without TLS?`,
  EPROTO: (address, { program, plain, secure }) =>
    `${address} does not answer with TLS: use ${plain}:// instead of ${secure}://, or the ${program}'s TLS port`,
  CERT_HAS_EXPIRED: (address, { program }) => `the certificate of ${address} has expired: renew it on the ${program}`,
  ERR_TLS_CERT_ALTNAME_INVALID: (address) =>
    `the certificate of ${address} is for another name: use the name it was made for`,
};
const untrustedCodes = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

/** `address` is `host:port`. Answers `undefined` when the error is none of the network or of TLS. */
export function networkReason(error: Error, address: string, words: PeerWords): string | undefined {
  const code: unknown = "code" in error ? error.code : undefined;
  if (typeof code !== "string") return undefined;
  if (untrustedCodes.has(code))
    return `the certificate of ${address} is not signed by a known authority: paste the CA certificate under TLS`;
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_OSSL"))
    return `TLS with ${address} failed: ${error.message}; check certificate, key and the port`;
  return reasons[code]?.(address, words);
}
