import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const columns = 20;
const ids = Array.from({ length: columns * 10 }, (_, index) => `n${index}`);
const places = Object.fromEntries(
  ids.map((id, index) => [id, { x: (index % columns) * 280, y: Math.floor(index / columns) * 140 }]),
);

describe.skipIf(chromiumPath === undefined)("a flow too large to be read as a whole", () => {
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gateway = await startGateway();
    const answer = await gateway.deploy(
      flow("a-large", {
        name: "Large",
        nodes: ids.map((id, index) => ({
          id,
          type: "rule.filter",
          name: `Filter ${index}`,
          config: { mode: "expression", expression: "value > 1e12" },
        })),
        wires: ids.slice(1).map((id, index) => ({ from: ids[index], to: id })),
        layout: { nodes: places },
      }),
    );
    expect(answer.status).toBe(200);
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
    await page.getByRole("tab", { name: "Large" }).click();
    await page.getByRole("img", { name: /seen from afar/ }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  const card = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
  const details = () => page.getByRole("complementary", { name: "Details" });

  /** On the screen; where the node is only painted, its element marks its corner. */
  const placeOn = (id: string): Promise<{ x: number; y: number }> =>
    page.evaluate(`(() => {
      const zoom = new DOMMatrixReadOnly(getComputedStyle(document.querySelector(".react-flow__viewport")).transform).a;
      const { x, y } = document.querySelector('.react-flow__node[data-id="${id}"]').getBoundingClientRect();
      return { x: x + 60 * zoom, y: y + 40 * zoom };
    })()`);
  const point = async (id: string) => {
    const { x, y } = await placeOn(id);
    await page.mouse.move(x, y);
    await card(id).locator(".card").waitFor();
  };

  test("is one picture with every card in its place", async () => {
    expect(await page.locator(".card").count()).toBe(0);
    const at = await Promise.all(ids.map(placeOn));
    const painted = (): Promise<number> =>
      page.evaluate(`(() => {
        const picture = document.querySelector(".painted-flow");
        const { x, y } = picture.getBoundingClientRect();
        const isOpaque = (at) => picture.getContext("2d").getImageData(at.x - x, at.y - y, 1, 1).data[3] === 255;
        return ${JSON.stringify(at)}.filter(isOpaque).length;
      })()`);
    await until("every card is painted", async () => (await painted()) === ids.length);
  });

  test("has the card that is pointed at to take hold of", async () => {
    await point("n47");
    expect(await page.locator(".card").count()).toBe(1);
    await page.mouse.down();
    await page.mouse.up();
    await details().getByRole("textbox", { name: "Name" }).first().waitFor();
    expect(await details().getByRole("textbox", { name: "Name" }).first().inputValue()).toBe("Filter 47");
  });

  test("moves what is dragged, and takes it back", async () => {
    await point("n47");
    const before = await placeOn("n47");
    await page.mouse.down();
    await page.mouse.move(before.x + 20, before.y + 60, { steps: 5 });
    await page.mouse.up();
    await until("it has moved", async () => (await placeOn("n47")).y > before.y + 30);
    await page.keyboard.press("Control+z");
    await until("it is back", async () => Math.abs((await placeOn("n47")).y - before.y) < 1);
  });

  test("lets a lasso choose what is painted", async () => {
    const from = await placeOn("n0");
    const to = await placeOn("n22");
    await page.keyboard.down("Shift");
    await page.mouse.move(from.x - 15, from.y - 15);
    await page.mouse.down();
    await page.mouse.move(to.x + 25, to.y + 15, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await details().getByText("6 nodes").waitFor();
    await page.keyboard.press("Escape");
  });

  test("wakes the card that the keyboard reaches", async () => {
    await card("n3").focus();
    await card("n3").locator(".card").waitFor();
    await page.keyboard.press("Enter");
    await until("it is chosen", async () => (await card("n3").locator('.card[data-selected="true"]').count()) === 1);
    await page.keyboard.press("Escape");
  });

  test("has cards, wires and ports when one comes near", async () => {
    await page.keyboard.press("Control+f");
    await page.keyboard.type("Filter 105");
    await page.keyboard.press("Enter");
    const port = page.locator('.react-flow__handle[data-nodeid="n105"][data-handleid="out"]');
    await port.waitFor();
    // Ports are placed by calculation: a wire must begin at the one that is drawn.
    const away = (): Promise<number> =>
      page.evaluate(`(() => {
        const path = document.querySelector('.react-flow__edge[data-id^="n105:"] .react-flow__edge-path');
        const dot = document.querySelector('[data-nodeid="n105"][data-handleid="out"]')?.getBoundingClientRect();
        if (path === null || dot === undefined) return Number.MAX_VALUE;
        const begin = path.getPointAtLength(0).matrixTransform(path.getScreenCTM());
        return Math.hypot(begin.x - dot.right, begin.y - (dot.top + dot.height / 2));
      })()`);
    await until("the wire is at its port", async () => (await away()) < 1);
    expect(await page.locator(".painted-flow").count()).toBe(0);
  });

  test("complains about nothing", () => {
    expect(complaints).toEqual([]);
  });
});
