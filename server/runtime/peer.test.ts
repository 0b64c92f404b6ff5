import { describe, expect, test } from "vitest";
import type { PeerContext, State } from "../../nodes/contract/connection.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import { ManualClock } from "../../nodes/contract/testing.ts";
import { Peer } from "./peer.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));

function testPeer(open: (attempt: number, context: PeerContext) => Promise<string>) {
  const clock = new ManualClock();
  const log: string[] = [];
  let attempts = 0;
  let context: PeerContext | undefined;
  const peer = new Peer<string>({
    clock,
    random: () => 0,
    open: (given) => {
      context = given;
      return open(++attempts, given);
    },
    close: async (what) => void log.push(`close ${what}`),
    onStatus: (state: State, detail) => log.push(detail === "" ? state : `${state}: ${detail}`),
    onOpen: (what) => log.push(`open ${what}`),
  });
  return { clock, log, peer, attempts: () => attempts, context: () => context };
}

describe("a peer", () => {
  test("is tried again with growing waits until it is there", async () => {
    const { clock, peer, attempts, log } = testPeer(async (attempt) => {
      if (attempt < 4) throw new ConnectionError("refused");
      return "line";
    });
    await peer.start();
    for (const [waitMs, expected] of [
      [999, 1],
      [1, 2],
      [1_999, 2],
      [1, 3],
      [4_000, 4],
    ] as const) {
      clock.advance(waitMs);
      await settle();
      expect(attempts()).toBe(expected);
    }
    expect(log.slice(-2)).toEqual(["connected", "open line"]);
    expect(log).toContain("failed: refused; next try in 2 s");
    await peer.stop();
    expect(log.slice(-2)).toEqual(["close line", "stopped"]);
  });

  test("that is lost is closed and opened again", async () => {
    const { clock, peer, log, context } = testPeer(async (attempt) => `session ${attempt}`);
    await peer.start();
    context()?.lost(new Error("cable pulled"));
    context()?.lost(new Error("said twice"));
    clock.advance(1_000);
    await settle();
    await settle();
    expect(log).toEqual([
      "connecting",
      "connected",
      "open session 1",
      "failed: cable pulled; next try in 1 s",
      "close session 1",
      "connecting",
      "connected",
      "open session 2",
    ]);
    await peer.stop();
  });

  test("that can never be opened is not tried again", async () => {
    const { clock, peer, attempts } = testPeer(() => Promise.reject(new Error("no such protocol")));
    await expect(peer.start()).rejects.toThrow("no such protocol");
    clock.advance(100_000);
    await settle();
    expect(attempts()).toBe(1);
    await peer.stop();
  });

  test("that is stopped while it opens is closed as soon as it is open", async () => {
    let open: (what: string) => void = () => {};
    const { peer, log, context } = testPeer(
      () =>
        new Promise((resolve) => {
          open = resolve;
        }),
    );
    void peer.start();
    const stopped = peer.stop();
    expect(context()?.signal.aborted).toBe(true);
    open("late");
    await stopped;
    expect(log).toEqual(["connecting", "close late", "stopped"]);
  });
});
