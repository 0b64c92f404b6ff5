import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe.skipIf(chromiumPath === undefined)("dead letters, in the editor", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  const bury = (value: number, error: string, node = "log") => {
    const payload = JSON.stringify({ device_id: "<i>press</i>", key: "t", value });
    const data = {
      subject: "iot.rules.plant_hot",
      payload_base64: Buffer.from(payload).toString("base64"),
      error,
      attempts: 3,
      flow: "plant",
      node,
      timestamp: "2026-01-01T00:00:00.000Z",
    };
    return bus.publish("iot.errors.sinks.dead_letter", { source: "northbound", trace_id: `trace-${value}`, data });
  };

  beforeAll(async () => {
    gateway = await startGateway({ readyMs: 90_000 });
    bus = await busClient(gateway.natsUrl);
    const log = { id: "log", name: "Log", type: "sink.file", config: { path: "log.jsonl" } };
    expect(await gateway.deploy(flow("plant", { name: "Plant", nodes: [log] }))).toMatchObject({ status: 200 });
    await bury(1, "value 1 is out of range");
    for (const value of [2, 3, 4]) await bury(value, "the column t does not exist");
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await bus.close();
    await gateway.stop();
  });

  const rows = () => page.getByRole("listbox", { name: "Dead letters" }).getByRole("option");
  const detail = () => page.getByRole("complementary", { name: "Chosen dead letter" });
  const button = (name: string) => detail().getByRole("button", { name, exact: true });

  test("they are listed with node and reason; one that is chosen shows its payload as text", async () => {
    await page.getByRole("tab", { name: "Dead letters" }).click();
    await until("all four", async () => (await rows().count()) === 4);
    await page.getByRole("textbox", { name: /Search reason/ }).fill("range");
    await until("the one", async () => (await rows().count()) === 1);
    await page.getByRole("listbox", { name: "Dead letters" }).focus();
    await detail().getByText("value 1 is out of range").waitFor();
    await until("the payload", async () => (await detail().innerText()).includes("<i>press</i>"));
    expect(await detail().innerText()).toContain("iot.rules.plant_hot");
  });

  test("it is mended and sent again: the target has it, and it is said who did it", async () => {
    await detail().locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"device_id":"press","key":"t","value":1001}');
    await button("Replay as edited").click();
    await until("it is gone", async () => (await rows().count()) === 0);
    await until("it is written", () =>
      /1001/.test(readFileSync(join(gateway.folder, "data", "files", "log.jsonl"), "utf8")),
    );
    await page.locator(".letters__bar label").filter({ hasText: "What was done" }).click();
    const done = page.getByRole("region", { name: "What was done" });
    await until("by whom", async () => /local[\s\S]*edited and replayed/.test(await done.innerText()));
    await page.locator(".letters__bar label").filter({ hasText: "Kept" }).click();
  });

  test("many are discarded together, after asking once", async () => {
    await until("three are left", async () => (await rows().count()) === 3);
    await page.getByRole("listbox", { name: "Dead letters" }).focus();
    await page.keyboard.press("Control+a");
    await button("Discard (3)").click();
    await detail()
      .getByRole("button", { name: /Discard \(3\)/ })
      .click();
    await page.getByText("No message was given up.").waitFor();
    expect(((await gateway.get("/api/dead-letters")) as { total: number }).total).toBe(0);
    expect(complaints).toEqual([]);
  });
});
