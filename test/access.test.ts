import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const words = "correct horse battery staple";

describe.skipIf(chromiumPath === undefined)("who may do what, by hand", () => {
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gateway = await startGateway({ settings: { "server.accounts": "required" } });
    const link = await until("the link", () => /http:\S+#setup=[\w-]{43}/.exec(gateway.program.output())?.[0]);
    const token = link.split("#setup=")[1];
    await gateway.call("POST", "/api/setup", { token, name: "kim", password: words });
    browser = await openBrowser();
    ({ page, complaints } = await signedIn("kim"));
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  const signedIn = async (name: string) => {
    const opened = await openPage(browser, gateway.url);
    await opened.page.getByLabel("Name").fill(name);
    await opened.page.getByLabel("Password", { exact: true }).fill(words);
    await opened.page.getByRole("button", { name: "Sign in" }).click();
    await opened.page.getByRole("region", { name: "Canvas" }).waitFor();
    return opened;
  };
  const dialog = () => page.getByRole("dialog", { name: "Access" });
  const tab = (name: string) => dialog().getByRole("tab", { name }).click();
  const row = (text: string) => dialog().getByRole("row").filter({ hasText: text });
  const press = (name: string) => dialog().getByRole("button", { name, exact: true }).click();

  test("an admin adds a user, and a refused password says why", async () => {
    await page.getByRole("button", { name: "Account: kim" }).click();
    await page.getByRole("menuitem", { name: "Users, tokens, secrets, audit…" }).click();
    const form = dialog().getByRole("form", { name: "Add user" });
    await form.getByLabel("Name").fill("lee");
    await form.getByLabel("Password", { exact: true }).fill("short");
    await press("Add user");
    await dialog().getByRole("alert").waitFor();
    await form.getByLabel("Password", { exact: true }).fill(words);
    await press("Add user");
    await row("lee").waitFor();
    expect((await row("lee").getByLabel("Role of lee").inputValue()).toLowerCase()).toBe("viewer");
  });

  test("a token is shown once, works, and no longer when it is revoked", async () => {
    await tab("API tokens");
    await dialog().getByLabel("What for").fill("CI");
    await press("Make a token");
    const token = await dialog().getByLabel("Token", { exact: true }).inputValue();
    const status = async () =>
      (await gateway.call("GET", "/api/flows", undefined, { authorization: `Bearer ${token}` })).status;
    expect(await status()).toBe(200);
    await row("CI").getByRole("button", { name: "Revoke" }).click();
    await row("CI").getByRole("button", { name: "Revoke: press again" }).click();
    await dialog().getByText("There is no token.").waitFor();
    expect(await status()).toBe(401);
  });

  test("a secret is stored by its name, and its value is nowhere on the page", async () => {
    await tab("Secrets");
    await press("Store a new secret…");
    const inner = page.getByRole("dialog", { name: "Store a secret" });
    await inner.getByLabel("Name").fill("broker-password");
    await inner.getByLabel("Value", { exact: true }).fill("S3cr3t-canary");
    await inner.getByRole("button", { name: "Store", exact: true }).click();
    await row("broker-password").waitFor();
    expect(await page.content()).not.toContain("S3cr3t");
  });

  test("the audit trail is searched, and its chain checked", async () => {
    await tab("Audit trail");
    await dialog().getByLabel("Action or target").fill("secrets");
    await press("Search");
    await until("only what fits", async () => (await dialog().getByRole("row").count()) === 2);
    await row("PUT /api/secrets/:name").waitFor();
    await press("Check the chain");
    await dialog().getByRole("status").filter({ hasText: "are as they were written" }).waitFor();
  });

  test("a viewer edits a draft, and is told why it is not deployed; users are not offered", async () => {
    const opened = await signedIn("lee");
    const admin = page;
    page = opened.page;
    await page
      .getByRole("button", { name: "Console", exact: true })
      .dragTo(page.getByRole("region", { name: "Canvas" }), {
        targetPosition: { x: 300, y: 60 },
      });
    const deploy = page.getByRole("button", { name: "Deploy", exact: true });
    await until("words at the button", async () =>
      (await deploy.getAttribute("title"))?.startsWith("Your role is viewer; deploying takes an editor."),
    );
    expect(await deploy.isDisabled()).toBe(true);
    await page.keyboard.press("Control+s");
    await page.getByText("deploying takes an editor", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: "Account: lee" }).click();
    await page.getByRole("menuitem", { name: "My sessions…" }).click();
    await dialog().getByText("this one").waitFor();
    expect(await dialog().getByRole("tab").allTextContents()).toEqual(["Sessions"]);
    await page.close();
    page = admin;
    expect(opened.complaints).toEqual([]);
  });

  test("a user who is removed is out at once", async () => {
    await tab("Users");
    await row("lee").getByRole("button", { name: "Remove" }).click();
    await row("lee").getByRole("button", { name: "Remove: press again" }).click();
    await row("lee").waitFor({ state: "detached" });
    expect((await gateway.call("POST", "/api/session", { name: "lee", password: words })).status).toBe(401);
    // The refused password above is the one thing that the browser itself complains of.
    expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
  });
});
