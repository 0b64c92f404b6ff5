/** Which part of the world an IP address belongs to, and whether a node may call it. Pure. */
import { BlockList, isIP, isIPv4 } from "node:net";
import type { Reach } from "../contract/connector.ts";

/** `forbidden`: link-local, metadata services of clouds, multicast, reserved. */
export type AddressKind = "public" | "private" | "loopback" | "forbidden";

const forbidden = ranges(
  // IANA special-purpose registries (RFC 6890): "this network", link-local, multicast, reserved, Teredo.
  ["0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"],
  ["::/128", "fe80::/10", "ff00::/8", "2001::/32", "64:ff9b:1::/48"],
  // Metadata services outside of link-local: Alibaba, Azure, Oracle; AWS and Google over IPv6.
  ["100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"],
  ["fd00:ec2::254/128", "fd20:ce::254/128"],
);
const loopback = ranges(["127.0.0.0/8"], ["::1/128"]);
const privateNetworks = ranges(
  ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15", "192.0.0.0/24"],
  ["fc00::/7", "fec0::/10"],
);

function ranges(...lists: readonly (readonly string[])[]): BlockList {
  const list = new BlockList();
  for (const range of lists.flat()) {
    const [network = "", bits] = range.split("/");
    list.addSubnet(network, Number(bits), isIPv4(network) ? "ipv4" : "ipv6");
  }
  return list;
}

/** `address` is an IPv4 or IPv6 address; with anything else the answer is `forbidden`. */
export function addressKind(address: string): AddressKind {
  const plain = address.replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return "forbidden";
  const embedded = family === 6 ? embeddedIPv4(plain) : undefined;
  if (embedded !== undefined) return addressKind(embedded);
  const type = family === 4 ? "ipv4" : "ipv6";
  if (forbidden.check(plain, type)) return "forbidden";
  if (loopback.check(plain, type)) return "loopback";
  return privateNetworks.check(plain, type) ? "private" : "public";
}

/** Why an address may not be called, with the remedy; `undefined` when it may. */
export function reachProblem(address: string, reach: Reach): string | undefined {
  switch (addressKind(address)) {
    case "forbidden":
      return `${address} is a link-local, metadata or multicast address, which the gateway never calls`;
    case "loopback":
      return reach.loopback
        ? undefined
        : `${address} is this machine itself, which may not be called here (setting outbound.loopback)`;
    case "private":
      return reach.privateNetworks
        ? undefined
        : `${address} is in a private network, which may not be called here (setting outbound.private_networks)`;
    case "public":
      return undefined;
  }
}

/** The IPv4 address that the network makes of mapped, compatible (RFC 4291), NAT64 (RFC 6052) and 6to4 (RFC 3056) ones. */
function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address);
  const starts = (...wanted: readonly number[]) => wanted.every((group, index) => groups[index] === group);
  const zeros = [0, 0, 0, 0, 0] as const;
  const isCompatible = starts(...zeros, 0) && (groups[6] ?? 0) !== 0;
  if (starts(...zeros, 0xffff) || isCompatible || starts(0x64, 0xff9b, 0, 0, 0, 0)) return dotted(groups[6], groups[7]);
  return groups[0] === 0x2002 ? dotted(groups[1], groups[2]) : undefined;
}

function groupsOf(address: string): readonly number[] {
  // The URL parser writes it without dots and in its shortest form.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const read = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [read(head), read(tail ?? "")];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
