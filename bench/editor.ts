/** The editor in Chromium over the built product: opening and moving a large flow, and looking on at a busy one. */
import { gzipSync } from "node:zlib";
import type { Browser, Page, Response } from "playwright-core";
import { openBrowser } from "../test/browser.ts";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "../test/gateway.ts";
import { frames, heapMb, inputDelays, measure, measuredPage, percentile } from "./page-measures.ts";
import { median, type Result } from "./result.ts";

const columns = 40;
const rows = 25;
const wireCount = 1_500;
const messagesPerSecond = 20_000;
const watchedMs = 30_000;

interface Place {
  readonly x: number;
  readonly y: number;
}
/** Of the canvas. */
const middle: Place = { x: 620, y: 330 };

export async function benchEditor(): Promise<readonly Result[]> {
  const gateway = await startGateway();
  const bus = await busClient(gateway.natsUrl);
  const browser = await openBrowser();
  try {
    const answer = await gateway.deploy(largeFlow(), busyFlow());
    if (answer.status !== 200) throw new Error(`the flows are refused: ${JSON.stringify(answer.body)}`);
    // The first flow is the one that is opened.
    await gateway.call("DELETE", "/api/flows/boiler-room", undefined, { "if-match": '"0"' });
    return [...(await largeCanvas(browser, gateway, bus)), ...(await busyWire(browser, gateway, bus))];
  } finally {
    await browser.close();
    await bus.close();
    await gateway.stop();
  }
}

/** A grid of filters that let nothing through, so that only the drawing is large. One listens to a subject of its own. */
function largeFlow() {
  const ids = Array.from({ length: columns * rows }, (_, index) => `n${index}`);
  const across = ids.filter((_, index) => index % columns !== columns - 1).map((id) => Number(id.slice(1)));
  const down = ids.map((_, index) => index).slice(0, wireCount - across.length);
  return flow("a-large", {
    name: "Large",
    nodes: ids.map((id, index) => ({
      id,
      type: "rule.filter",
      name: `Filter ${index}`,
      ...(index === 500 ? { subject: "bench.one" } : {}),
      config: { mode: "expression", expression: "value > 1e12" },
    })),
    wires: [
      ...across.map((index) => ({ from: `n${index}`, to: `n${index + 1}` })),
      ...down.map((index) => ({ from: `n${index}`, to: `n${index + columns}` })),
    ],
    layout: {
      nodes: Object.fromEntries(
        ids.map((id, index) => [id, { x: (index % columns) * 280, y: Math.floor(index / columns) * 140 }]),
      ),
    },
  });
}

function busyFlow() {
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

async function largeCanvas(browser: Browser, gateway: Gateway, bus: BusClient): Promise<readonly Result[]> {
  const page = await measuredPage(browser);
  const scripts: Response[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js")) scripts.push(response);
  });
  await page.goto(gateway.url);
  const openedMs = await measure<number>(page, `drawnMs(${columns * rows})`);
  const compressed = await Promise.all(scripts.map(async (script) => gzipSync(await script.body()).length));
  await page.waitForTimeout(2_000);
  await measure(page, "watchCards()");
  await bus.publish("bench.one", { device_id: "d", key: "k", value: 1 });
  await page.waitForTimeout(1_500);
  const redrawn = await measure<number>(page, "cardsChanged()");
  const idle = await frames(page, () => page.waitForTimeout(2_000));
  const pan = await frames(page, () => dragging(page, "pane"));
  const zoom = await frames(page, async () => {
    await page.mouse.move(middle.x, middle.y);
    for (let step = 0; step < 30; step++) await page.mouse.wheel(0, step < 15 ? -60 : 60);
  });
  const drag = await frames(page, () => dragging(page, "card"));
  await page.close();
  return [
    {
      name: "editor: JavaScript of the first load, compressed",
      value: compressed.reduce((sum, bytes) => sum + bytes, 0) / 1_000,
      unit: "kB",
      target: { atMost: 500 },
      detail: `${compressed.length} files`,
    },
    {
      name: "editor: opening 1,000 nodes and 1,500 wires",
      value: openedMs / 1_000,
      unit: "s",
      target: { atMost: 2 },
      detail: "from the navigation until every card is on the screen; Node-RED 4.1: 4.3 s",
    },
    {
      name: "editor: cards redrawn for a change of one node",
      value: redrawn,
      unit: "cards",
      target: { atMost: 1 },
      detail: "cards whose DOM changed after one message",
    },
    ...frameResults("pan", pan, idle),
    ...frameResults("zoom", zoom, idle),
    ...frameResults("drag", drag, idle),
  ];
}

/** `idle` says how much of it is the machine's: frames of the same page while nothing is done to it. */
function frameResults(what: string, durations: readonly number[], idle: readonly number[]): readonly Result[] {
  const detail = `${durations.length} frames, the longest ${Math.max(...durations).toFixed(0)} ms, with all 1,000 cards in view; idle ${median(idle).toFixed(1)} ms, 95th percentile ${percentile(idle, 0.95).toFixed(1)} ms`;
  return [
    { name: `editor: ${what}, median frame`, value: median(durations), unit: "ms", target: { atMost: 20 }, detail },
    {
      name: `editor: ${what}, 95th percentile`,
      value: percentile(durations, 0.95),
      unit: "ms",
      target: { atMost: 40 },
      detail,
    },
  ];
}

/** In a circle with the button held: where the grid is empty it moves the canvas, on a card the card. */
async function dragging(page: Page, what: "pane" | "card"): Promise<void> {
  const start = await measure<Place>(page, `placeOf("${what}", ${middle.x}, ${middle.y})`);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  for (let step = 0; step < 90; step++)
    await page.mouse.move(start.x + 60 * Math.sin(step / 10), start.y + 60 * (1 - Math.cos(step / 10)));
  await page.mouse.up();
}

async function busyWire(browser: Browser, gateway: Gateway, bus: BusClient): Promise<readonly Result[]> {
  const page = await measuredPage(browser);
  await page.goto(gateway.url);
  await page.getByRole("tab", { name: "Busy" }).click();
  await page.locator(".react-flow__edge").first().click({ force: true });
  const stop = publishing(bus);
  await page.waitForTimeout(5_000);
  const before = await heapMb(page);
  const delays = await inputDelays(page, watchedMs);
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
  ];
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
