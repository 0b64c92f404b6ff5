/** The editor in Chromium over the built product: opening and moving a large flow, and looking on at a busy one. */
import { gzipSync } from "node:zlib";
import type { Browser, Page, Response } from "playwright-core";
import { openBrowser } from "../test/browser.ts";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "../test/gateway.ts";
import { benchBusyWire, busyFlow } from "./editor-busy.ts";
import { frames, measure, measuredPage, percentile } from "./page-measures.ts";
import { median, type Result } from "./result.ts";

const columns = 40;
const rows = 25;
const wireCount = 1_500;
/** The node that has a subject of its own. */
const listening = 500;

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
    return [...(await largeCanvas(browser, gateway, bus)), ...(await benchBusyWire(browser, gateway, bus))];
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
      ...(index === listening ? { subject: "bench.one" } : {}),
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
  const idle = await frames(page, () => page.waitForTimeout(2_000));
  const pan = await frames(page, () => dragging(page, "pane"));
  const zoom = await frames(page, () => zooming(page, 15));
  const drag = await frames(page, () => dragging(page, "card"));
  await lookAt(page, `Filter ${listening}`);
  const near = await measure<number>(page, "cardsDrawn()");
  await measure(page, "watchCards()");
  await bus.publish("bench.one", { device_id: "d", key: "k", value: 1 });
  await page.waitForTimeout(1_500);
  const redrawn = await measure<number>(page, "cardsChanged()");
  const panNear = await frames(page, () => dragging(page, "pane"));
  const dragNear = await frames(page, () => dragging(page, "card"));
  await page.close();
  const far = `all ${columns * rows} cards in view`;
  const close = `${near} cards in view`;
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
    ...frameResults("pan", far, pan, idle),
    ...frameResults("zoom", "from all cards in view to a tenth of them and back", zoom, idle),
    ...frameResults("drag", far, drag, idle),
    ...frameResults("pan near", close, panNear, idle),
    ...frameResults("drag near", close, dragNear, idle),
  ];
}

/** `idle` says how much of it is the machine's: frames of the same page while nothing is done to it. */
function frameResults(
  what: string,
  seen: string,
  durations: readonly number[],
  idle: readonly number[],
): readonly Result[] {
  const detail = `${durations.length} frames, the longest ${Math.max(...durations).toFixed(0)} ms; ${seen}; idle ${median(idle).toFixed(1)} ms, 95th percentile ${percentile(idle, 0.95).toFixed(1)} ms`;
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

/** Finds a card by its name, and goes back as far as small print can be read. */
async function lookAt(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+f");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.waitForTimeout(1_000);
  await page.mouse.move(middle.x, middle.y);
  for (let step = 0; step < 6; step++) await page.mouse.wheel(0, 60);
  await page.keyboard.press("Escape");
  await page.waitForTimeout(1_000);
}

/** With the wheel, in and out again. */
async function zooming(page: Page, steps: number): Promise<void> {
  await page.mouse.move(middle.x, middle.y);
  for (let step = 0; step < 2 * steps; step++) await page.mouse.wheel(0, step < steps ? -60 : 60);
}

/** In a circle with the button held: where the grid is empty it moves the canvas, on a card the card. */
async function dragging(page: Page, what: "pane" | "card"): Promise<void> {
  const start = await measure<Place>(page, `placeOf("${what}", ${middle.x}, ${middle.y})`);
  // A card that is only painted is there when the mouse is over it.
  await page.mouse.move(start.x, start.y);
  if (what === "card") await page.locator(".card:hover").waitFor();
  await page.mouse.down();
  for (let step = 0; step < 90; step++)
    await page.mouse.move(start.x + 60 * Math.sin(step / 10), start.y + 60 * (1 - Math.cos(step / 10)));
  await page.mouse.up();
}
