import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const words = "correct horse battery staple";

describe.skipIf(chromiumPath === undefined)("signing in, by hand", () => {
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let link: string;

  beforeAll(async () => {
    gateway = await startGateway({ settings: { "server.accounts": "required" }, keep: true });
    link = await until("the link", () => /http:\S+#setup=[\w-]{43}/.exec(gateway.program.output())?.[0]);
    browser = await openBrowser();
    ({ page } = await openPage(browser, gateway.url));
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  const canvas = () => page.getByRole("region", { name: "Canvas" });
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  test("without the link nobody gets in, and it is said where to find it", async () => {
    await page.getByText("This gateway has no user yet").waitFor();
    await page.getByText(/file setup-link of its data folder/).waitFor();
    expect((await gateway.call("GET", "/api/flows")).status).toBe(401);
  });

  test("the link makes the first user, who then sees the demo flow", async () => {
    await page.goto(link);
    await page.reload();
    await page.getByLabel("Name").fill("kim");
    await page.getByLabel("Password", { exact: true }).fill("password123456");
    await page.getByLabel("Password again").fill("password123456");
    await button("Create the user").click();
    await page.getByRole("alert").filter({ hasText: "first that somebody would try" }).waitFor();
    await page.getByLabel("Password", { exact: true }).fill(words);
    await page.getByLabel("Password again").fill(words);
    await button("Create the user").click();
    await canvas().getByRole("group").filter({ hasText: "One point per value" }).waitFor();
    expect(page.url()).not.toContain("setup");
  });

  test("a session that ends in the middle of work costs none of it", async () => {
    await page
      .getByRole("button", { name: "Console", exact: true })
      .dragTo(canvas(), { targetPosition: { x: 300, y: 60 } });
    await until("an undeployed change", () => button("Deploy").isEnabled());
    const before = await page.locator(".react-flow__node").count();
    await page.context().clearCookies();
    await page.evaluate(() => fetch("/api/flows"));
    // The line breaks, as it does when the gateway ends a session.
    await gateway.stop();
    gateway = await startGateway({
      folder: gateway.folder,
      settings: {
        "server.accounts": "required",
        "server.port": new URL(gateway.url).port,
        "gateway.nats_port": new URL(gateway.natsUrl).port,
      },
    });
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.waitFor();
    expect(await dialog.getByLabel("Name").inputValue()).toBe("kim");
    await dialog.getByLabel("Password", { exact: true }).fill(words);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await page.locator(".react-flow__node").count()).toBe(before);
    await button("Deploy").click();
    await until(
      "it is deployed",
      async () => (await button("Deploy").isDisabled()) && !(await button("Deploy").isEnabled()),
    );
    expect(gateway.program.output()).not.toMatch(/#setup=/);
  });

  test("signing out ends it", async () => {
    await page.getByRole("button", { name: "Account: kim" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Name").fill("kim");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await button("Sign in").click();
    await page.getByRole("alert").filter({ hasText: "name or password is wrong" }).waitFor();
  });
});
