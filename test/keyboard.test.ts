import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type BusClient, busClient, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe.skipIf(chromiumPath === undefined)("the editor, by keyboard alone", () => {
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
    await canvas().getByRole("group").first().waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await bus.close();
    await gateway.stop();
  });

  const canvas = () => page.getByRole("region", { name: "Canvas" });
  const card = (name: string) => canvas().getByRole("group", { name, exact: true });
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const search = () => page.getByRole("dialog").getByRole("combobox");
  const cards = () => page.locator(".react-flow__node-card").count();
  /** Only cards within the view are drawn. */
  const seen = async (count: number) => {
    await press("f");
    return (await cards()) === count;
  };
  const wires = () => page.locator(".react-flow__edge").count();
  /** Opens something to search in, types, and takes the first that is found. */
  const pick = async (key: string, words: string) => {
    await press(key);
    await search().waitFor();
    await page.keyboard.type(words);
    await press("Enter");
    await search().waitFor({ state: "detached" });
  };
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
  const fieldValue = (): Promise<string> => page.evaluate("document.activeElement.value ?? ''");
  /** Goes on with Tab until something is reached. */
  const reach = async (what: RegExp, key = "Tab") => {
    for (let step = 0; step < 60 && !what.test(await focused()); step++) await press(key);
    expect(await focused()).toMatch(what);
  };

  test("a chain of four stages is added, each wired to the one before", async () => {
    await pick("Control+k", "new flow");
    for (const [index, title] of ["Simulator", "Convert", "Filter", "Console"].entries()) {
      await pick("a", title);
      await card(title).waitFor();
      await press("f");
      await until("the wire", async () => (await wires()) === index);
    }
  });

  test("a card is found, its form reached and filled, and left again", async () => {
    await press("Escape");
    await pick("Control+f", "Filter");
    await page.getByText("Let through").waitFor();
    await press("Enter");
    await until("the form has the focus", async () => /^Filter$/.test(await fieldValue()));
    await press("Control+a");
    await page.keyboard.type("Above zero");
    await card("Above zero").waitFor();
    await press("Tab", "Tab", "Tab");
    expect(await page.evaluate("document.activeElement.isContentEditable")).toBe(true);
    await page.keyboard.type("value > 0");
    // The first closes what is offered to complete the word, the second leaves.
    await press("Escape");
    await until("the card has the focus", async () => {
      if ((await focused()) === "Above zero") return true;
      await press("Escape");
      return false;
    });
    await until(
      "no fault",
      async () =>
        (await card("Above zero")
          .getByRole("img", { name: /problem/ })
          .count()) === 0,
    );
  });

  test("what has the focus is outlined", async () => {
    await press("Tab", "Shift+Tab");
    await until("the card has the focus", async () => (await focused()) === "Above zero");
    const width = await page.evaluate('getComputedStyle(document.activeElement.querySelector(".card")).outlineWidth');
    expect(width).toBe("2px");
  });

  test("a card is moved, and the move taken back", async () => {
    const top = async () => (await card("Above zero").boundingBox())?.y ?? 0;
    const before = await top();
    await press("ArrowDown", "ArrowDown");
    await until("it is lower", async () => (await top()) > before);
    await press("Control+z");
    await until("it is back", async () => Math.abs((await top()) - before) < 1);
  });

  test("a wire is deleted, and drawn to a node that is named", async () => {
    // Wires stand before the cards.
    await reach(/from filter to console/, "Shift+Tab");
    await press("Enter", "Delete");
    await until("two wires", async () => (await wires()) === 2);
    await pick("Control+f", "Above zero");
    await pick("x", "Console");
    await until("three wires", async () => (await wires()) === 3);
  });

  test("cards are chosen together, deleted, and brought back", async () => {
    await pick("Control+f", "Simulator");
    await card("Simulator").locator('.card[data-selected="true"]').waitFor();
    await press("Enter");
    await until("the form has the focus", async () => (await fieldValue()) === "Simulator");
    await press("Escape", "Tab");
    expect(await focused()).toBe("Convert");
    await press("Space");
    await page.getByText("2 nodes").first().waitFor();
    await press("Delete");
    await until("two cards", () => seen(2));
    await press("Control+z");
    await until("four cards", () => seen(4));
  });

  test("it is deployed, and its data is on the bus", async () => {
    await press("Control+s");
    const { document } = await until("the flow on the gateway", async () => {
      const flows = await gateway.get<"GET /api/flows">("/api/flows");
      return flows.find((flow) => flow.document.nodes.some(({ name }) => name === "Above zero"));
    });
    const filter = document.nodes.find(({ name }) => name === "Above zero");
    const results = await bus.listen(`iot.rules.${document.id}_${filter?.id}`);
    await until("a result", () => results.length > 0);
  });

  test("the page complained about nothing", () => {
    expect(complaints).toEqual([]);
  });
});
