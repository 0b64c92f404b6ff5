import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const nodeRed = [
  { id: "tab1", type: "tab", label: "Press <b>line</b>" },
  { id: "b1", type: "mqtt-broker", broker: "broker.invalid", port: "1883" },
  {
    id: "in1",
    type: "mqtt in",
    z: "tab1",
    name: "Meters",
    topic: "plant/+/t",
    qos: "1",
    broker: "b1",
    x: 120,
    y: 80,
    wires: [["fn1", "rbe1"]],
  },
  { id: "rbe1", type: "rbe", z: "tab1", name: "Changes", func: "rbe", x: 320, y: 80, wires: [["out1"]] },
  {
    id: "fn1",
    type: "function",
    z: "tab1",
    name: "Odd sums",
    func: "return msg;",
    outputs: 1,
    x: 320,
    y: 160,
    wires: [[]],
  },
  { id: "out1", type: "debug", z: "tab1", name: "Show", x: 520, y: 80, wires: [] },
];

describe.skipIf(chromiumPath === undefined)("importing flows of Node-RED in the editor", () => {
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gateway = await startGateway({ readyMs: 90_000 });
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
    await page.getByRole("region", { name: "Canvas" }).getByRole("group").first().waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  const dialog = () => page.getByRole("dialog", { name: "Import flows" });
  const tabs = () => page.getByRole("banner").getByRole("tab");
  const card = (name: string) =>
    page.getByRole("region", { name: "Canvas" }).getByRole("group").filter({ hasText: name });

  test("what is no flow is refused in words, and the text stays to be mended", async () => {
    await page.keyboard.press("Control+i");
    const text = dialog().getByRole("textbox", { name: "Paste JSON" });
    await text.fill('[{"id":');
    await dialog().getByRole("button", { name: "Read it" }).click();
    await dialog().getByRole("alert").filter({ hasText: "the pasted text" }).waitFor();
    expect(await text.inputValue()).toBe('[{"id":');
  });

  test("the report says what becomes of each node before anything changes", async () => {
    const before = await tabs().count();
    await dialog().getByRole("textbox", { name: "Paste JSON" }).fill(JSON.stringify(nodeRed));
    await dialog().getByRole("button", { name: "Read it" }).click();
    await dialog()
      .getByText(/From Node-RED: \d+ nodes in 1 flow/)
      .waitFor();
    await dialog()
      .getByRole("button", { name: /need a hand/ })
      .click();
    const rows = dialog().getByRole("row");
    await until("only those", async () => (await rows.count()) === 2);
    expect(await rows.nth(1).innerText()).toMatch(/Odd sums[\s\S]*function[\s\S]*JavaScript/i);
    expect(await tabs().count()).toBe(before);
  });

  test("it becomes a flow that is not deployed, with disabled placeholders, and is taken back in one step", async () => {
    const before = await tabs().count();
    await dialog().getByRole("button", { name: "Import 1 flow" }).click();
    await card("Meters").waitFor();
    await card("Odd sums").waitFor();
    expect(await page.getByRole("tab", { name: /Press <b>line<\/b>/ }).count()).toBe(1);
    expect((await gateway.get<"GET /api/flows">("/api/flows")).length).toBe(1);
    await page.getByRole("button", { name: "Take back" }).click();
    await until("it is gone", async () => (await tabs().count()) === before);
    expect(await card("Meters").count()).toBe(0);
  });

  test("a file that is dropped onto the page is read at once", async () => {
    const file = `new File([${JSON.stringify(JSON.stringify(nodeRed))}], "flows.json")`;
    const data = await page.evaluateHandle(
      `(() => { const all = new DataTransfer(); all.items.add(${file}); return all; })()`,
    );
    await page.getByRole("region", { name: "Canvas" }).dispatchEvent("drop", { dataTransfer: data });
    await dialog()
      .getByText(/From Node-RED/)
      .waitFor();
    expect(complaints).toEqual([]);
  });
});
