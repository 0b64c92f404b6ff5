/** Looking on at a wire that carries more than anybody can read, and what that costs the messages on it. */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { type BusClient, flow, type Gateway } from "../test/gateway.ts";
import { heapMb, inputDelays, measuredPage, percentile } from "./page-measures.ts";
import type { Result } from "./result.ts";

const messagesPerSecond = 20_000;
const watchedMs = 30_000;
const settlingMs = 5_000;
/** Of Linux, whatever the machine: USER_HZ is 100. */
const tickMs = 10;

export function busyFlow() {
  return flow("b-busy", {
    name: "Busy",
    nodes: [
      {
        id: "all",
        type: "rule.filter",
        subject: "bench.busy",
        config: { mode: "expression", expression: "value >= 0" },
      },
      { id: "view", type: "sink.websocket", config: { path: "bench" } },
    ],
    wires: [{ from: "all", to: "view" }],
    layout: { nodes: { all: { x: 0, y: 0 }, view: { x: 400, y: 0 } } },
  });
}

export async function benchBusyWire(browser: Browser, gateway: Gateway, bus: BusClient): Promise<readonly Result[]> {
  const stop = publishing(bus);
  const page = await measuredPage(browser);
  await page.goto(gateway.url);
  await page.getByRole("tab", { name: "Busy" }).click();
  await page.waitForTimeout(settlingMs);
  // Compilers warm up during the first.
  await workOf(gateway);
  const untapped = await workOf(gateway);
  await page.locator(".react-flow__edge").first().click({ force: true });
  await page.waitForTimeout(settlingMs);
  const before = await heapMb(page);
  const [delays, tapped] = await Promise.all([inputDelays(page, watchedMs), workOf(gateway)]);
  const after = await heapMb(page);
  const sent = stop();
  const [shown] = await page.locator(".debug__numbers").allInnerTexts();
  await page.close();
  const rate = Math.round(sent.count / sent.seconds);
  return [
    {
      name: "editor: from input to frame, 95th percentile, with a busy wire tapped",
      value: percentile(delays, 0.95),
      unit: "ms",
      target: { atMost: 100 },
      detail: `${rate} messages a second on the wire; ${delays.length} moves of the mouse; Debug: ${shown ?? ""}`,
    },
    {
      name: "editor: growth of memory while a busy wire is tapped",
      value: after - before,
      unit: "MB",
      target: { atMost: 15 },
      detail: `${before.toFixed(1)} MB, and ${after.toFixed(1)} MB ${watchedMs / 1_000} s later, each after a collection`,
    },
    {
      name: "editor: throughput of the data path lost to a tap",
      value: (1 - perMessage(untapped) / perMessage(tapped)) * 100,
      unit: "%",
      target: { atMost: 5 },
      detail: `processor time of the thread that runs flows: ${told(untapped)} with the page open, ${told(tapped)} with the wire tapped as well`,
    },
  ];
}

interface Work {
  readonly messages: number;
  /** Of the thread that runs flows. */
  readonly cpuMs: number;
}

function perMessage({ cpuMs, messages }: Work): number {
  return (cpuMs / messages) * 1_000;
}
function told(work: Work): string {
  return `${perMessage(work).toFixed(1)} µs a message (${Math.round(work.messages / (watchedMs / 1_000))} a second)`;
}

/** What the rule lets through while the page is watched, and the processor time it takes: that says the same on a busy machine. */
async function workOf(gateway: Gateway): Promise<Work> {
  const [countBefore, threadsBefore] = [await emitted(gateway), await threadTicks(gateway)];
  await pause(watchedMs);
  const [count, threads] = [await emitted(gateway), await threadTicks(gateway)];
  // Flows keep one thread busy; no other comes near it.
  const ticks = Math.max(...[...threads].map(([thread, now]) => now - (threadsBefore.get(thread) ?? now)));
  return { messages: count - countBefore, cpuMs: ticks * tickMs };
}

async function emitted(gateway: Gateway): Promise<number> {
  const { nodes } = await gateway.get<"GET /api/status">("/api/status");
  return nodes.find(({ flow: id, node }) => id === "b-busy" && node === "all")?.counters.emitted ?? 0;
}

/** Clock ticks in user and kernel mode, by thread: fields 14 and 15 of `stat`, see proc(5). */
async function threadTicks(gateway: Gateway): Promise<ReadonlyMap<string, number>> {
  const folder = `/proc/${gateway.program.child.pid}/task`;
  const read = async (thread: string) => {
    const stat = await readFile(`${folder}/${thread}/stat`, "utf8").catch(() => "");
    // The second field is a name in brackets, which may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [thread, Number(fields[11] ?? 0) + Number(fields[12] ?? 0)] as const;
  };
  return new Map(await Promise.all((await readdir(folder)).map(read)));
}

function publishing({ connection }: BusClient): () => { readonly count: number; readonly seconds: number } {
  const everyMs = 10;
  const begunMs = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    // Catches up with a timer that was late.
    const due = Math.min(5_000, ((performance.now() - begunMs) / 1_000) * messagesPerSecond - count);
    for (let sent = 0; sent < due; sent++)
      connection.publish("bench.busy", `{"device_id":"d${count % 8}","key":"k","value":${count++ % 100}}`);
  }, everyMs);
  return () => {
    clearInterval(timer);
    return { count, seconds: (performance.now() - begunMs) / 1_000 };
  };
}
