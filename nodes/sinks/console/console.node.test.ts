import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { SinkRecord } from "../../contract/connector.ts";
import { ManualClock } from "../../contract/testing.ts";
import { contentText } from "../content.ts";
import { openSink } from "../testing.ts";
import sink from "./console.node.ts";
import { safeLine, startPrinter } from "./printer.ts";
import { summary } from "./summary.ts";

const record = (data: Record<string, unknown>, text = ""): SinkRecord => ({
  subject: "iot.rules.hot",
  data,
  traceId: "trace-1",
  timestamp: "2026-01-01T10:00:02.000Z",
  text,
});

function printer(maxRate: number) {
  const clock = new ManualClock();
  const written: string[] = [];
  const started = startPrinter({ maxRate, clock, write: async (text) => void written.push(text) });
  const print = (...lines: string[]) => started.print(lines.map((line) => () => line));
  return { clock, written, print, close: () => started.close() };
}

describe("the rate", () => {
  test("R027 up to the rate every message is one line", async () => {
    const { written, print } = printer(10);
    await print("a", "b");
    await print("c");
    expect(written).toEqual(["a\nb\n", "c\n"]);
  });

  test("what is beyond is counted and said once a second, and then printing goes on", async () => {
    const { clock, written, print } = printer(2);
    await print("a", "b", "c");
    await print("d");
    clock.advance(1_000);
    await print("e");
    clock.advance(1_000);
    await print("f", "g", "h");
    expect(written).toEqual(["a\nb\n", "… 2 more\n", "e\n", "f\ng\n"]);
  });

  test("0 prints all, and never speaks of more", async () => {
    const { clock, written, print, close } = printer(0);
    const lines = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    await print(...lines);
    clock.advance(2_000);
    await close();
    expect(written).toEqual([`${lines.join("\n")}\n`]);
  });

  test("on closing it says what it left out", async () => {
    const { clock, written, print, close } = printer(1);
    await print("a", "b");
    await close();
    clock.advance(5_000);
    expect(written).toEqual(["a\n", "… 1 more\n"]);
  });
});

describe("a line", () => {
  test("shows what could play tricks with the terminal instead of doing it", () => {
    expect(safeLine("a\u001b[31mred\r\nb\u009b\u202e\u2028c\u007f", 100)).toBe(
      "a\\u001b[31mred\\u000d\\u000ab\\u009b\\u202e\\u2028c\\u007f",
    );
    expect(safeLine("Überdruck 压力 🔥", 100)).toBe("Überdruck 压力 🔥");
  });

  test("is cut at its longest length, between characters", () => {
    expect(safeLine("x".repeat(25), 20)).toBe(`${"x".repeat(20)}… 5 more characters`);
    expect(safeLine(`${"x".repeat(19)}🔥`, 20)).toBe(`${"x".repeat(19)}… 2 more characters`);
  });
});

describe("content", () => {
  test("R035 data carries the trace id, and its own one wins", () => {
    expect(contentText(record({ key: "t", value: 1 }), "data")).toBe('{"key":"t","value":1,"trace_id":"trace-1"}');
    expect(contentText(record({ trace_id: "own" }), "data")).toBe('{"trace_id":"own"}');
  });

  test("the complete message is as it came, made one line where it was not", () => {
    expect(contentText(record({}, '{"data": {"value": 1.50}}'), "envelope")).toBe('{"data": {"value": 1.50}}');
    expect(contentText(record({}, '{\n "data": 1\n}'), "envelope")).toBe('{"data":1}');
  });
});

test.each([
  [
    { device_id: "b", key: "t", value: 81.2, timestamp: "2026-01-01T10:00:01.250Z", tags: { unit: "°C" }, quality: 0 },
    "10:00:01.250 b t = 81.2 °C",
  ],
  [{ device_id: "b", key: "s", value: "on", quality: 3 }, "10:00:02.000 b s = on (quality 3)"],
  [{ device_id: "b", key: "t", value: null, port: "rejected" }, "10:00:02.000 b t = null [rejected]"],
  [
    { device_id: "b", key: "t", value: 90, alerts: [{ level: "critical", message: "too hot", state: "active" }] },
    "10:00:02.000 b t CRITICAL: too hot",
  ],
  [{ device_id: "b", key: "t", level: "warning", message: "warm", state: "cleared" }, "10:00:02.000 b t cleared: warm"],
  [{ anything: [1] }, '10:00:02.000 {"anything":[1]}'],
])("for reading: %j", (data, line) => {
  expect(summary(record(data))).toBe(line);
});

test("one of so many is printed, in words of one's own; what a message lacks is a question mark", async () => {
  const written: string[] = [];
  const original = process.stdout.write;
  process.stdout.write = ((text: string, done: () => void) => {
    written.push(text);
    done();
    return true;
  }) as typeof process.stdout.write;
  try {
    const { write } = await openSink(sink, { format: "text", text: `\${key} \${value}!`, sample: 3, maxRate: 0 });
    await write(...[0, 1, 2, 3, 4].map((value) => record({ key: "k", value })));
    await write(record({ key: "k", value: 5 }), record({ key: "k" }), record({ key: "k", value: 7 }));
  } finally {
    process.stdout.write = original;
  }
  expect(written.join("")).toBe("k 0!\nk 3!\nk ?!\n");
});

test("R027 one line per record reaches the standard output of the process", async () => {
  const script = `
    import sink from "./console.node.ts";
    import { systemClock } from "../../contract/clock.ts";
    const context = { clock: systemClock, signal: new AbortController().signal, status() {}, lost() {} };
    const opened = await sink.open(sink.config.parse({ maxRate: 0 }), context);
    const records = Array.from({ length: 20_000 }, (_, value) => ({ data: { value }, traceId: "t", timestamp: "", text: "" }));
    await opened.write(records, context.signal);
    await opened.close();`;
  const here = fileURLToPath(new URL(".", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: here,
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  await once(child, "close");
  expect(errors).toBe("");
  const lines = output.trimEnd().split("\n");
  expect(lines).toHaveLength(20_000);
  expect(lines.at(-1)).toBe('{"value":19999,"trace_id":"t"}');
});
