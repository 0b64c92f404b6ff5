import { describe, expect, test } from "vitest";
import { ManualClock } from "../nodes/contract/testing.ts";
import { createLog } from "./log.ts";
import { watchMachine } from "./machine-watch.ts";

const log = createLog({ level: "silent", format: "json" });
const gigabyte = 1024 ** 3;

function watched(freeBytes = 50 * gigabyte) {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const disk = { freeBytes, totalBytes: 100 * gigabyte };
  let changes = 0;
  const watch = watchMachine({
    clock,
    log,
    folders: ["/data"],
    diskOf: () => disk,
    onChange: () => {
      changes++;
    },
  });
  return { clock, disk, watch, changes: () => changes };
}

describe("F14 a clock that jumps", () => {
  const year = 365.25 * 86_400_000;
  test.each([
    ["ten years ahead", 10 * year, "ahead by 10 years (from 2026-01-01 00:00:04 to 2036-01-01 12:00:06 UTC)"],
    ["back by an hour", -3_600_000, "back by 1 hour (from 2026-01-01 00:00:04 to 2025-12-31 23:00:06 UTC)"],
    ["back by a day", -86_400_000, "back by 1 day"],
    ["an hour ahead", 3_600_000, "ahead by 1 hour"],
  ])("%s is told within five seconds, and for a quarter of an hour", (_what, jumpMs, words) => {
    const { clock, watch, changes } = watched();
    clock.advance(5_000);
    expect(watch.notices()).toEqual([]);
    clock.jump(jumpMs);
    clock.advance(5_000);
    expect(watch.notices()).toEqual([expect.stringContaining(`the clock of this machine jumped ${words}`)]);
    expect(changes()).toBe(1);
    clock.advance(16 * 60_000);
    expect(watch.notices()).toEqual([]);
    expect(changes()).toBe(2);
  });

  test("what NTP puts right all the time is no jump", () => {
    const { clock, watch } = watched();
    for (let step = 0; step < 20; step++) {
      clock.jump(step % 2 === 0 ? 900 : -900);
      clock.advance(2_000);
    }
    expect(watch.notices()).toEqual([]);
  });
});

describe("F7 F8 a disk that fills", () => {
  test("is told at 70 and at 90 per cent, where it is a fault, and not any more when there is room", () => {
    const { clock, disk, watch, changes } = watched();
    disk.freeBytes = 30 * gigabyte;
    clock.advance(2_000);
    expect(watch.notices()).toEqual(["the disk of /data is 70 % full, 30.0 GB are left"]);
    expect(watch.isFull()).toBe(false);
    disk.freeBytes = 25 * gigabyte;
    clock.advance(2_000);
    expect(changes()).toBe(1);
    disk.freeBytes = 9 * gigabyte;
    clock.advance(2_000);
    expect(watch.notices()[0]).toBe(
      "the disk of /data is 91 % full, 9.0 GB are left; when it is full nothing can be stored or deployed: make room there",
    );
    expect(watch.isFull()).toBe(true);
    disk.freeBytes = 60 * gigabyte;
    clock.advance(2_000);
    expect(watch.notices()).toEqual([]);
    expect(changes()).toBe(3);
  });
});
