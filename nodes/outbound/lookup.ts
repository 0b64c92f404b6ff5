/** Looks names up and lets only allowed addresses through, so that what was checked is what is connected to. */
import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type { Reach } from "../contract/connector.ts";
import { type AddressKind, addressKind, reachProblem } from "./address.ts";

/** Answers like `dns.lookup` with the option `all`. */
export type Resolve = (
  host: string,
  options: { readonly all: true; readonly family?: number },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** The host may not be called; says why. */
export class ReachError extends Error {
  override readonly name = "ReachError";
}

/**
 * For the `lookup` option of sockets. `node:net` does not look up what is an address already: ask `hostProblem` before.
 * `onResolved` hears of each name which addresses were let through.
 */
export function guardedLookup(
  reach: Reach,
  onResolved: (host: string, kinds: readonly AddressKind[]) => void = () => undefined,
  resolve: Resolve = systemLookup,
): LookupFunction {
  return (host, options, callback) => {
    const family = options.family === 4 || options.family === 6 ? { family: options.family } : {};
    resolve(host, { all: true, ...family }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => reachProblem(address, reach) === undefined);
      const [first] = allowed;
      if (first === undefined) {
        const reason = addresses.map(({ address }) => reachProblem(address, reach))[0] ?? "it has no address";
        return callback(new ReachError(`${host} may not be called: ${reason}`), []);
      }
      const kinds = allowed.map(({ address }) => addressKind(address));
      onResolved(host, kinds);
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** For hosts of URLs: why an address written as a number may not be called. Names are checked when they are looked up. */
export function hostProblem(hostname: string, reach: Reach): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, "");
  return isIP(address) === 0 ? undefined : reachProblem(address, reach);
}
