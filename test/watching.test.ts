import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type BusClient, busClient, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe.skipIf(chromiumPath === undefined)("the editor shows what happens", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gateway = await startGateway({ readyMs: 90_000 });
    bus = await busClient(gateway.natsUrl);
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await bus.close();
    await gateway.stop();
  });

  const canvas = () => page.getByRole("region", { name: "Canvas" });
  const card = (name: string) => canvas().getByRole("group").filter({ hasText: name });
  const drawer = (tab: string) => page.getByRole("region", { name: "Drawer" }).getByRole("tab", { name: tab });
  const rateIn = (text: string) => Number(/([\d.]+)\/s/.exec(text)?.[1] ?? Number.NaN);

  test("a card's rate is that of its first port, and so is the wire's", async () => {
    const filter = card("Only temperatures");
    const isOneOfFour = async () => {
      const [all, passed] = [rateIn(await card("One point per value").innerText()), rateIn(await filter.innerText())];
      return all > 0 && passed > 0 && passed < all / 2;
    };
    await until("the filter puts out less than it gets", isOneOfFour);
    await filter.hover();
    await filter.getByText(/Rejected/).waitFor();
    await page.locator('.react-flow__edge[aria-label*="from temperatures"]').first().hover({ force: true });
    const wireRate = async () => rateIn(await page.locator(".wire__label").innerText());
    await until(
      "the wire says the rate of the card",
      async () => (await wireRate()) === rateIn(await filter.innerText()),
    );
  });

  test("a subject on the bus is found in the tree, and dragged onto the canvas becomes a node that listens to it", async () => {
    await drawer("Subjects").click();
    const tree = page.getByRole("tree", { name: "Subjects on the bus" });
    await tree.getByRole("treeitem").filter({ hasText: "processed" }).waitFor();
    await page.getByRole("textbox", { name: /Filter subjects/ }).fill("plant.line");
    const row = tree.getByRole("treeitem").filter({ hasText: "4711" });
    await until("the subject with its value", async () => {
      await bus.publish("plant.line", { device_id: "press", speed: 4711 });
      return (await row.count()) > 0;
    });
    expect(await row.innerText()).toContain("outside");
    await row.dragTo(canvas(), { targetPosition: { x: 120, y: 40 } });
    await until("the card with its subject", async () => /plant\.line/.test(await card("Convert").innerText()));
    await page.keyboard.press("Control+z");
    await until("undone", async () => (await card("Convert").count()) === 0);
  });

  test("the tree can be walked with the keyboard, and Enter makes the node", async () => {
    await page.getByRole("button", { name: "Clear the filter" }).click();
    const tree = page.getByRole("tree", { name: "Subjects on the bus" });
    await tree.getByRole("treeitem").filter({ hasText: "processed" }).waitFor();
    await tree.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    await until("one row for each first token", async () => (await tree.getByRole("treeitem").count()) <= 3);
    await page.keyboard.press("Enter");
    await until("it listens to all", async () => /iot\.>/.test(await card("Console 2").innerText()));
    await canvas().click({ position: { x: 20, y: 20 } });
    await page.keyboard.press("Control+z");
  });

  test("a message is followed through every node it passed, in the drawer and on the canvas", async () => {
    await drawer("Debug").click();
    await card("Only temperatures").click();
    const list = page.getByRole("list", { name: "Messages and errors" });
    const passed = list.getByRole("listitem").filter({ hasText: "temperature" }).filter({ hasNotText: "rejected" });
    await until("a temperature", async () => (await passed.count()) > 0);
    await passed
      .first()
      .getByRole("button", { name: /^[0-9a-f]{8}$/ })
      .click();
    const visits = page.getByRole("list", { name: "Nodes this message passed" });
    await until("sinks as well", async () => /Live view/.test(await visits.innerText()));
    const text = await visits.innerText();
    for (const name of ["Two boilers", "One point per value", "Only temperatures", "In °F", "Live view"])
      expect(text).toContain(name);
    expect(text).toContain("temperature_f");
    expect(await visits.getByText("pressure", { exact: true }).count()).toBe(0);
    await until(
      "the value on the card",
      async () =>
        (await card("In °F")
          .getByTitle(/In this trace/)
          .count()) === 1,
    );
    expect(await page.locator('.wire[data-traced="true"]').count()).toBeGreaterThanOrEqual(4);
    await page.getByRole("combobox", { name: "Follow" }).selectOption("");
    await visits.getByText("pressure", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Back to all messages" }).click();
    await until("nothing is followed", async () => (await page.locator('.card[data-traced="true"]').count()) === 0);
  });

  test("an expression is completed, its faults are underlined, and its result on the last message stands beside it", async () => {
    await card("Too hot").click();
    const details = page.getByRole("complementary", { name: "Details" });
    const condition = details.getByRole("textbox", { name: "Condition", exact: true });
    const results = details.getByRole("status", { name: "Result on the last message" });
    await until("the result", async () => /→\s*(true|false)/.test(await results.first().innerText()));
    await condition.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("value * 2 > limt");
    await page.locator(".cm-lintRange-error").filter({ hasText: "limt" }).waitFor();
    await until("the server's words", async () => /unknown name "limt"/.test(await details.innerText()));
    await page.keyboard.press("Control+a");
    await page.keyboard.type("tags.");
    await page.getByRole("option", { name: "hall" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("value * 0 == 0 && roun");
    await page.getByRole("option", { name: /round\(x, decimals\)/ }).click();
    await page.keyboard.type("value) > 0");
    expect(await condition.innerText()).toContain("round(value) > 0");
    await until("the new result", async () => /true/.test(await results.first().innerText()));
    await canvas().click({ position: { x: 20, y: 20 } });
    await page.keyboard.press("Control+z");
  });

  test("the page complained about nothing", () => {
    expect(complaints).toEqual([]);
  });
});
