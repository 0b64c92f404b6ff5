import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createLog, type LogOptions } from "./log.ts";

function captured(options: LogOptions, isTTY = false) {
  const stream = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY });
  return { log: createLog(options, stream), text: () => String(stream.read() ?? "") };
}

test("lines for people begin with the sentence and end with the fields", () => {
  const { log, text } = captured({ level: "info", format: "text" });
  log.child({ flow: "boiler" }).warn({ err: new Error("connection refused"), attempt: 2 }, "cannot reach the broker");
  expect(text()).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}cannot reach the broker: connection refused \(flow=boiler attempt=2\)\n$/,
  );
});

test("a cause is told with its error, a stack only when the gateway itself is wrong", () => {
  const { log, text } = captured({ level: "info", format: "text" });
  const err = new Error("cannot open", { cause: new Error("no such file") });
  log.error({ err }, "flow file");
  expect(text()).toMatch(/ERROR flow file: cannot open: no such file\n$/);
  log.fatal({ err }, "stopping");
  expect(text()).toMatch(/FATAL stopping: cannot open: no such file\nError: cannot open\n {4}at /);
});

test("JSON lines for machines, which is what `auto` means without a terminal", () => {
  const { log, text } = captured({ level: "info", format: "auto" });
  log.info({ port: 8080 }, "ready");
  expect(JSON.parse(text())).toMatchObject({ level: 30, port: 8080, msg: "ready", time: expect.stringMatching(/Z$/) });
});

test("R088 debug lines appear at level debug only", () => {
  const quiet = captured({ level: "info", format: "json" });
  quiet.log.debug({ subject: "iot.processed.d1.temperature" }, "published");
  expect(quiet.text()).toBe("");
  const loud = captured({ level: "debug", format: "json" });
  loud.log.debug({ subject: "iot.processed.d1.temperature" }, "published");
  expect(loud.text()).toContain("iot.processed.d1.temperature");
});

test("text from a device can neither move the cursor nor forge a line", () => {
  const { log, text } = captured({ level: "info", format: "text" }, true);
  log.info({ topic: "a\u001b[2Jb\n12:00:00 info forged" }, "received");
  expect(text()).toMatch(/\(topic=a\\x1b\[2Jb\n {2}12:00:00 info forged\)/);
});
