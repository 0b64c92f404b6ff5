import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const rule = (id: string, name: string, config: object) => ({ id, name, type: "rule.alert", config });
const hot = rule("hot", "Boiler too hot", { kind: "limits", hi: 80, deadband: 2, keys: ["heat"], level: "error" });
const low = rule("low", "Flow low", { kind: "limits", lo: 2, keys: ["flow"], level: "warning" });

describe.skipIf(chromiumPath === undefined)("the alerts of the plant, in the editor", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gateway = await startGateway({ readyMs: 90_000 });
    bus = await busClient(gateway.natsUrl);
    expect(await gateway.deploy(flow("plant", { name: "Plant", nodes: [hot, low] }))).toMatchObject({ status: 200 });
    for (let pump = 0; pump < 300; pump++)
      await bus.publish(`iot.processed.pump-${pump}.flow`, { device_id: `pump-${pump}`, key: "flow", value: 1 });
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await bus.close();
    await gateway.stop();
  });

  const header = () => page.getByRole("banner").getByRole("button", { name: /active alerts?, \d+ unacknowledged/ });
  const rows = () => page.getByRole("listbox").getByRole("option");
  const detail = () => page.getByRole("complementary", { name: "Chosen alert" });
  const show = (name: string) => page.locator(".alarms__bar label").filter({ hasText: name }).click();

  test("the count in the header opens the list; a new alert is there at once, before the less severe", async () => {
    await until("300 pumps", async () => /30\d active/.test((await header().getAttribute("aria-label")) ?? ""));
    await header().click();
    await bus.publish("iot.processed.b.heat", { device_id: "<b>boiler</b>", key: "heat", value: 91.5 });
    const first = rows().filter({ hasText: "Boiler too hot" }).first();
    await first.waitFor();
    const text = await first.innerText();
    for (const words of ["Error", "Active, unacknowledged", "<b>boiler</b>", "91.5"]) expect(text).toContain(words);
    expect(await rows().count()).toBeLessThan(100);
  });

  test("with the keyboard alone it is acknowledged with a comment, and the journal says who", async () => {
    await page.getByRole("textbox", { name: /Search message/ }).fill("boiler too hot");
    await until("only that one", async () => (await rows().count()) === 1);
    await page.getByRole("listbox").focus();
    await detail().getByRole("heading", { name: "Boiler too hot" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("on my way");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await until("it is acknowledged", async () => /Active, acknowledged/.test(await rows().innerText()));
    await until("its journal", async () => /Acknowledged · local/.test(await detail().innerText()));
    expect(await detail().innerText()).toContain("on my way");
  });

  test("many are chosen and shelved together, and stand under Shelved with the time it ends", async () => {
    await page.getByRole("textbox", { name: /Search message/ }).fill("pump-29");
    await until("eleven pumps", async () => (await rows().count()) === 11);
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Control+a");
    await detail().getByText("11 alerts are chosen.").waitFor();
    await detail().getByRole("button", { name: "Shelve (11)" }).click();
    await page.getByRole("menuitem", { name: "1 h", exact: true }).click();
    await show("Shelved");
    await until("all of them", async () => (await rows().count()) === 11);
    await rows().first().click();
    await detail().getByText("Shelved until").waitFor();
  });

  test("when a rule is taken out, what it raised ends, and the journal says so", async () => {
    await page.getByRole("button", { name: "Clear the search" }).click();
    await show("Active");
    expect(await gateway.deploy(flow("plant", { name: "Plant", nodes: [low] }))).toMatchObject({ status: 200 });
    await until("it is gone", async () => (await rows().filter({ hasText: "Boiler too hot" }).count()) === 0);
    await show("Journal");
    const journal = page.getByRole("region", { name: "Journal" });
    await journal
      .getByRole("row")
      .filter({ hasText: "Ended: its rule was removed or changed" })
      .filter({ hasText: "Boiler too hot" })
      .waitFor();
    expect(complaints).toEqual([]);
  });
});
