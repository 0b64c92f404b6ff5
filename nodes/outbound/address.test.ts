import { connect, createServer } from "node:net";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { addressKind, reachProblem } from "./address.ts";
import { guardedLookup, hostProblem, ReachError, type Resolve } from "./lookup.ts";

const everything = { loopback: true, privateNetworks: true };
const nothing = { loopback: false, privateNetworks: false };

test.each([
  ["8.8.8.8", "public"],
  ["2606:4700::1111", "public"],
  ["10.1.2.3", "private"],
  ["172.16.0.1", "private"],
  ["172.32.0.1", "public"],
  ["192.168.0.10", "private"],
  ["100.64.0.1", "private"],
  ["fd12:3456::1", "private"],
  ["127.0.0.1", "loopback"],
  ["127.255.0.9", "loopback"],
  ["::1", "loopback"],
  ["0.0.0.0", "forbidden"],
  ["::", "forbidden"],
  ["169.254.169.254", "forbidden"],
  ["fe80::1", "forbidden"],
  ["fe80::1%eth0", "forbidden"],
  ["224.0.0.1", "forbidden"],
  ["ff02::1", "forbidden"],
  ["255.255.255.255", "forbidden"],
  ["100.100.100.200", "forbidden"],
  ["168.63.129.16", "forbidden"],
  ["fd00:ec2::254", "forbidden"],
  ["::ffff:169.254.169.254", "forbidden"],
  ["::ffff:a9fe:a9fe", "forbidden"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:10.0.0.1", "private"],
  ["::127.0.0.1", "loopback"],
  ["64:ff9b::a9fe:a9fe", "forbidden"],
  ["64:ff9b::808:808", "public"],
  ["2002:a9fe:a9fe::1", "forbidden"],
  ["2002:7f00:1::", "loopback"],
  ["2001::1", "forbidden"],
  ["not an address", "forbidden"],
])("%s is %s", (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test("the same IPv4 address has the same kind however IPv6 writes it", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const hex = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
      const groups = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
      for (const written of [`::ffff:${address}`, `::ffff:${groups}`, `64:ff9b::${groups}`, `2002:${groups}::`])
        expect(addressKind(written)).toBe(addressKind(address));
    }),
  );
});

test("settings open private networks and this machine, and nothing opens the rest", () => {
  expect(reachProblem("10.0.0.5", everything)).toBeUndefined();
  expect(reachProblem("127.0.0.1", everything)).toBeUndefined();
  expect(reachProblem("10.0.0.5", nothing)).toContain("outbound.private_networks");
  expect(reachProblem("127.0.0.1", nothing)).toContain("outbound.loopback");
  expect(reachProblem("169.254.169.254", everything)).toContain("never calls");
});

test.each([
  "http://127.1",
  "http://0x7f000001",
  "http://2130706433",
  "http://[::1]",
  "http://[::ffff:7f00:1]",
  "http://①②⑦.⓪.⓪.①",
  "http://foo@127.0.0.1",
  "http://127.0.0.1.",
])("S13 however %s is written, it is this machine", (url) => {
  expect(hostProblem(new URL(url).hostname, nothing)).toContain("this machine");
});

function answering(...addresses: string[]): Resolve {
  return (_host, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
}

test("S13 a name is connected to at an address that was checked, whatever it points to the next time", async () => {
  const server = createServer((socket) => socket.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const answers = [answering("169.254.169.254", "127.0.0.1"), answering("169.254.169.254"), answering("127.0.0.1")];
  const resolve: Resolve = (...args) => answers.shift()?.(...args);
  const outcome = (reach: typeof everything) =>
    new Promise<string>((done) => {
      const socket = connect({ host: "device.plant", port, lookup: guardedLookup(reach, undefined, resolve) });
      socket.once("connect", () => done(`connected to ${socket.remoteAddress}`));
      socket.once("error", (error) => done(error instanceof ReachError ? error.message : `other: ${error.message}`));
    });
  expect(await outcome(everything)).toBe("connected to 127.0.0.1");
  expect(await outcome(everything)).toMatch(/^device\.plant may not be called: 169\.254\.169\.254 is a link-local/);
  expect(await outcome(nothing)).toContain("this machine itself");
});
