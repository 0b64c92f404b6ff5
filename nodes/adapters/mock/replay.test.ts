import { expect, test } from "vitest";
import { ManualClock } from "../../contract/testing.ts";
import { startPlayback } from "./playback.ts";
import { type Recording, readRecording } from "./replay.ts";

function recording(csv: string): Recording {
  const read = readRecording(csv, 1_000);
  if (typeof read === "string") throw new Error(read);
  return read;
}

test("columns are values but for the time and the device", () => {
  const { rows, lengthMs } = recording(
    'timestamp,device_id,temperature,running,note\r\n2026-01-01T00:00:00Z,a,21.50,true,"a ""b"", c"\r\n2026-01-01T00:00:02Z,b,,false,-1e3\r\n',
  );
  expect(rows).toEqual([
    { atMs: 0, deviceId: "a", values: { temperature: 21.5, running: true, note: 'a "b", c' } },
    { atMs: 2_000, deviceId: "b", values: { running: false, note: -1_000 } },
  ]);
  expect(lengthMs).toBe(4_000);
});

test("times may be seconds or milliseconds, or missing; semicolons separate as well", () => {
  expect(recording("time;v\n1767225600;1\n1767225601.5;2").rows[1]?.atMs).toBe(1_500);
  expect(recording("ts,v\n1767225600000,1\n1767225600250,2").rows[1]?.atMs).toBe(250);
  expect(recording("v\n1\n2\n3").rows.map(({ atMs }) => atMs)).toEqual([0, 1_000, 2_000]);
});

test.each([
  ["", "the CSV needs a line of names and at least one of values"],
  ["a,b\n", "the CSV needs a line of names and at least one of values"],
  ["a,b\n1,2\n3", "line 3 of the CSV has 1 fields, the line of names has 2"],
  ["time,v\nsoon,1", 'line 2 of the CSV: "soon" is no time; write RFC 3339, or seconds or milliseconds'],
  ["time,v\n2,1\n1,1", "line 3 of the CSV is earlier than the line before it"],
])("%j is refused in words", (csv, words) => {
  expect(readRecording(csv, 1_000)).toBe(words);
});

test("a quote without its other half is refused", () => {
  expect(readRecording('a\n"1', 1_000)).toMatch(/^the CSV cannot be read: /);
});

function play(csv: string, options: { speed?: number; loop?: boolean } = {}) {
  const clock = new ManualClock();
  const played: (readonly [number, unknown])[] = [];
  let ends = 0;
  const opened = startPlayback({
    clock,
    recording: recording(csv),
    speed: 1,
    loop: true,
    ...options,
    play: (rows) => played.push(...rows.map(({ values }) => [clock.monotonic(), values["v"]] as const)),
    onEnd: () => ends++,
  });
  return { clock, played, close: () => opened.close(), ends: () => ends };
}

test("rows come with their own timing, again and again, and do not drift", () => {
  const { clock, played } = play("time,v\n0,1\n0.1,2\n1,3");
  for (let step = 0; step < 40; step++) clock.advance(100);
  expect(played).toEqual([
    [0, 1],
    [100, 2],
    [1_000, 3],
    [1_900, 1],
    [2_000, 2],
    [2_900, 3],
    [3_800, 1],
    [3_900, 2],
  ]);
});

test("faster or slower, and once only", () => {
  const { clock, played, ends } = play("time,v\n0,1\n10,2", { speed: 4, loop: false });
  clock.advance(100_000);
  expect(played).toEqual([
    [0, 1],
    [2_500, 2],
  ]);
  expect(ends()).toBe(1);
});

test("nothing is played after it was closed", async () => {
  const { clock, played, close } = play("v\n1");
  clock.advance(0);
  await close();
  clock.advance(100_000);
  expect(played).toEqual([[0, 1]]);
});
