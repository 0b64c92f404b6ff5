import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

/** What axe finds against WCAG 2.2 A and AA, each with the elements it is about. */
async function violations(page: Page, { landmarks = true } = {}): Promise<readonly string[]> {
  // Colours that are still fading in would be measured half way.
  await page.evaluate(
    "Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)))",
  );
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  return page.evaluate(`axe
    .run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
      rules: { region: { enabled: ${landmarks} } } })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any, all, none, html }) =>
        id + " " + target.join(" ") + " " + html.slice(0,160) + ": " + [...any, ...all, ...none].map(({ message }) => message).join("; "))))`);
}

describe.skipIf(chromiumPath === undefined).each(["light", "dark"] as const)(
  "in %s, axe finds nothing on",
  (colorScheme) => {
    let gateway: Gateway;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      gateway = await startGateway();
      browser = await openBrowser();
      ({ page } = await openPage(browser, gateway.url, { colorScheme }));
      await until("a value on a card", async () => /temperature_f\s*\d/.test(await canvas().innerText()));
    });
    afterAll(async () => {
      await browser.close();
      await gateway.stop();
    });

    const canvas = () => page.getByRole("region", { name: "Canvas" });
    const details = () => page.getByRole("complementary", { name: "Details" });
    const dialog = () => page.getByRole("dialog");
    const chooseCard = async (name: string) => {
      await canvas().getByRole("group").filter({ hasText: name }).first().click();
    };
    afterEach(async () => {
      // So that what one screen is found guilty of does not hide the next.
      const open = page.locator('[role="dialog"], [role="menu"]');
      if ((await open.count()) > 0) await page.keyboard.press("Escape");
      await until("nothing is open", async () => (await open.count()) === 0);
    });

    test("the flow with live values", async () => {
      expect(await violations(page)).toEqual([]);
    });

    test.each(["Debug", "Problems", "Alerts", "Subjects", "History"])("the %s drawer", async (name) => {
      const tab = page.getByRole("tab", { name: new RegExp(`^${name}`) });
      if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
      await page.getByRole("tabpanel", { name }).waitFor();
      expect(await violations(page)).toEqual([]);
    });

    test("messages of a wire, and one of them traced", async () => {
      await page.getByRole("tab", { name: /^Debug/ }).click();
      await page.locator('.react-flow__edge[aria-label*="from convert to"]').first().click({ force: true });
      const list = page.getByRole("list", { name: "Messages and errors" });
      await until("messages", async () => /temperature|pressure|level/.test(await list.innerText()));
      expect(await violations(page)).toEqual([]);
    });

    test.each(["Config", "Live", "Subjects", "Help"])("the %s tab of a node", async (name) => {
      await chooseCard("In °F");
      await details().getByRole("tab", { name }).click();
      await details().getByRole("tabpanel").first().waitFor();
      expect(await violations(page)).toEqual([]);
    });

    test("several chosen cards", async () => {
      await page.keyboard.press("Escape");
      await canvas().click({ position: { x: 10, y: 10 } });
      await page.keyboard.press("Control+a");
      await details().getByText(/nodes/).first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
    });

    test.each([
      ["the command palette", "Control+k"],
      ["the search for nodes", "Control+f"],
      ["the shortcuts", "?"],
      ["sending a message", "i"],
    ])("%s", async (_name, key) => {
      await canvas().click({ position: { x: 10, y: 10 } });
      await page.keyboard.press(key);
      await dialog().waitFor();
      expect(await violations(page)).toEqual([]);
    });

    test("quick-add", async () => {
      await canvas().dblclick({ position: { x: 60, y: 30 } });
      await dialog().waitFor();
      expect(await violations(page)).toEqual([]);
    });

    test.each(["Appearance and language", "Account"])("the %s menu", async (name) => {
      await page.getByRole("banner").getByRole("button", { name }).click();
      await page.getByRole("menu").waitFor();
      // An open menu hangs at the end of the page, outside of all landmarks.
      expect(await violations(page, { landmarks: false })).toEqual([]);
    });

    test("who may do what", async () => {
      await page.getByRole("banner").getByRole("button", { name: "Account" }).click();
      await page.getByRole("menuitem", { name: /Users|Access/ }).click();
      for (const tab of await dialog().getByRole("tab").all()) {
        await tab.click();
        expect(await violations(page)).toEqual([]);
      }
    });

    test("a card that does not work, and what a deployment would change", async () => {
      await chooseCard("In °F");
      await details().getByRole("tab", { name: "Config" }).click();
      await details().getByRole("textbox", { name: "Name" }).first().fill("");
      await page.getByRole("button", { name: /1 changed/ }).click();
      await dialog().waitFor();
      expect(await violations(page)).toEqual([]);
    });
  },
);
