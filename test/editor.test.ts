import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type BusClient, busClient, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe.skipIf(chromiumPath === undefined)("the editor, by hand", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
  });
  afterAll(async () => {
    await browser.close();
    await bus.close();
    await gateway.stop();
  });

  const canvas = () => page.getByRole("region", { name: "Canvas" });
  const card = (name: string) => canvas().getByRole("group").filter({ hasText: name });
  const details = () => page.getByRole("complementary", { name: "Details" });
  const deployButton = () => page.getByRole("button", { name: "Deploy", exact: true });
  const port = (node: string, name: string) =>
    page.locator(`.react-flow__handle[data-nodeid="${node}"][data-handleid="${name}"]`);
  const drop = (type: string, x: number, y: number) =>
    page.getByRole("button", { name: type, exact: true }).dragTo(canvas(), { targetPosition: { x, y } });

  async function wire(from: Locator, to: Locator) {
    const [start, end] = [await from.boundingBox(), await to.boundingBox()];
    if (start === null || end === null) throw new Error("a port is not on the canvas");
    await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
    await page.mouse.down();
    await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 5 });
    await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 5 });
    await page.mouse.up();
  }

  test("the printed link shows the demo flow with moving values", async () => {
    await card("One point per value").waitFor();
    const read = () => card("In °F").innerText();
    await until("a value on the card", async () => /temperature_f\s*\d/.test(await read()));
    const before = await read();
    await until("another value", async () => (await read()) !== before);
  });

  test("R163 the palette has every node of the catalog", async () => {
    const { nodes } = await gateway.get<"GET /api/catalog">("/api/catalog");
    for (const { title } of nodes)
      await page.getByRole("complementary", { name: "Node types" }).getByRole("button", { name: title }).waitFor();
  });

  test("a click on a wire shows its messages", async () => {
    await page.locator('.react-flow__edge[aria-label*="from convert to temperatures"]').click({ force: true });
    const list = page.getByRole("list", { name: "Messages and errors" });
    await until("messages", async () => /temperature|pressure|level/.test(await list.innerText()));
  });

  test("a flow is drawn, wired, configured and deployed, and its data is on the bus", async () => {
    await page.getByRole("button", { name: "New flow" }).first().click();
    await drop("Simulator", 120, 140);
    await drop("Filter", 400, 140);
    await drop("Console", 680, 140);
    await wire(port("mock", "out"), port("filter", "in"));
    await wire(port("filter", "out"), port("console", "in"));
    await until("two wires", async () => (await page.locator(".react-flow__edge").count()) === 2);

    await card("Filter").click();
    await details().getByRole("textbox", { name: "Name" }).first().fill("Above zero");
    await until("the name on the card", async () => (await card("Above zero").count()) === 1);
    const condition = details()
      .getByRole("textbox", { name: /condition|expression/i })
      .first();
    await condition.fill("value >");
    await until(
      "the fault on the card",
      async () =>
        (await card("Above zero")
          .getByRole("img", { name: /problem/ })
          .count()) > 0,
    );
    await condition.fill("value > 0");
    await until(
      "no fault",
      async () =>
        (await card("Above zero")
          .getByRole("img", { name: /problem/ })
          .count()) === 0,
    );

    await deployButton().click();
    await until("it is deployed", () => deployButton().isDisabled());
    // The button is also disabled while a deploy is under way.
    const { document } = await until("the flow on the gateway", async () => {
      const flows = await gateway.get<"GET /api/flows">("/api/flows");
      return flows.find(({ document }) => document.nodes.some(({ name }) => name === "Above zero"));
    });
    const filter = document.nodes.find(({ name }) => name === "Above zero");
    const results = await bus.listen(`iot.rules.${document.id}_${filter?.id}`);
    await until("a result", () => results.length > 0);
    await until("a rate on the card", async () => /\d\/s/.test(await card("Above zero").innerText()));
  });

  test("undo takes back, redo does again, and a draft survives a reload", async () => {
    await card("Above zero").click();
    await page.keyboard.press("Delete");
    await until("the card is gone", async () => (await card("Above zero").count()) === 0);
    await page.keyboard.press("Control+z");
    await until("the card is back", async () => (await card("Above zero").count()) === 1);
    await page.keyboard.press("Control+Shift+z");
    await until("the card is gone again", async () => (await card("Above zero").count()) === 0);
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByRole("tab", { name: /changes that are not deployed/ }).click();
    await until("the draft is there", async () => (await card("Console").count()) === 1);
    expect(await card("Above zero").count()).toBe(0);
    await page.keyboard.press("Escape");
  });

  test("R164 what is published by hand is processed as any other message", async () => {
    const results = await bus.listen("iot.rules.>");
    const payload = { device_id: "boiler-1", key: "temperature", value: 99 };
    const answer = await gateway.call("POST", "/api/publish", {
      subject: "iot.processed.boiler-1.temperature",
      payload,
    });
    expect(answer.status).toBe(200);
    await until("its result", () => results.some(({ json }) => json.data.original?.value === 99));
  });

  test("a gateway that goes away is said, and found again", async () => {
    await gateway.program.stop("SIGKILL");
    await until("it is said", async () =>
      /lost|reconnect|connection/i.test(await page.getByRole("banner").innerText()),
    );
    const again = await startGateway({
      folder: gateway.folder,
      keep: true,
      settings: { "server.port": new URL(gateway.url).port, "gateway.nats_port": new URL(gateway.natsUrl).port },
    });
    await until("the bus is back", async () => /bus/.test(await page.getByRole("banner").innerText()), 15_000);
    await again.stop();
  });

  test("the page complained about nothing", () => {
    const serious = complaints.filter((each) => !/ERR_CONNECTION|WebSocket|Failed to load resource/.test(each));
    expect(serious).toEqual([]);
  });

  test.each([
    ["dark", { colorScheme: "dark" }, "Deploy"],
    ["中文", { locale: "zh-CN" }, "部署"],
  ] as const)("it opens in %s", async (_name, options, word) => {
    const again = await startGateway();
    const opened = await openPage(browser, again.url, options);
    await opened.page.getByRole("button", { name: word, exact: true }).waitFor();
    expect(opened.complaints).toEqual([]);
    await opened.page.close();
    await again.stop();
  });
});
