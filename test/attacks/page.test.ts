import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "../browser.ts";
import { type BusClient, busClient, flow } from "../gateway.ts";
import { until } from "../peers/program.ts";
import { ask, type GuardedGateway, password, startGuardedGateway } from "./attacker.ts";

/** Each would show that it ran by a dialog, by `window.ran`, or by a request. */
const scripts = [
  "<script>window.ran=1;alert(1)</script>",
  '<img src=x onerror="window.ran=1;alert(2)">',
  "<svg/onload=alert(3)>",
  "\"><iframe srcdoc='<script>parent.ran=1</script>'>",
  "javascript:alert(4)",
  "[link](javascript:alert(5))",
  "{{constructor.constructor('alert(7)')()}}",
  "<style>@import'http://evil.example/x.css';</style>",
  "</script><script>alert(8)</script>",
  '<a href="data:text/html,<script>alert(9)</script>">x</a>',
];

describe("S8 every answer", () => {
  let gateway: GuardedGateway;
  beforeAll(async () => {
    gateway = await startGuardedGateway();
  });
  afterAll(() => gateway.stop());

  test("tells the browser to run nothing but the gateway's own files, also where it says no", async () => {
    const targets = [
      "/",
      "/api/health",
      "/api/flows",
      "/api/nothing",
      "/assets/nothing.js",
      "/hooks/none",
      "/metrics",
      "/%ff",
      "/index.html",
    ];
    for (const target of targets)
      for (const headers of [{}, gateway.as("admin"), { host: "evil.example" }]) {
        const { head } = await ask(gateway.port, "GET", target, headers);
        const policy = /^content-security-policy: (.*)$/im.exec(head)?.[1] ?? "";
        expect(policy, target).toMatch(/default-src 'self'/);
        expect(policy).toMatch(/script-src 'self'(?:;|$)/);
        for (const rule of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "connect-src 'self'"])
          expect(policy).toContain(rule);
        expect(policy).not.toContain("unsafe");
        expect(head).toMatch(/^x-content-type-options: nosniff$/im);
        expect(head).toMatch(/^referrer-policy: no-referrer$/im);
        expect(head).toMatch(/^cross-origin-opener-policy: same-origin$/im);
        expect(head).not.toMatch(/^(?:server|x-powered-by|access-control-allow-origin):/im);
      }
  });
});

describe.skipIf(chromiumPath === undefined)("S8 S9 the page, full of scripts", () => {
  let gateway: GuardedGateway;
  let bus: BusClient;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const dialogs: string[] = [];

  beforeAll(async () => {
    gateway = await startGuardedGateway();
    bus = await busClient(gateway.natsUrl);
    const nodes = scripts.map((name, index) => ({
      id: `n${index}`,
      type: "rule.alert",
      name,
      config: { condition: "value > 0", level: "critical", message: `${name} \${device_id}` },
    }));
    const headers = { ...gateway.as("admin"), "if-match": '"0"' };
    const document = flow("evil", {
      name: scripts[0],
      description: scripts[1],
      nodes,
      layout: { nodes: {}, groups: [], notes: [] },
    });
    const deployed = await gateway.call("PUT", "/api/flows/evil", document, headers);
    expect(deployed, JSON.stringify(deployed.body)).toMatchObject({ status: 200 });
    for (const title of scripts)
      await gateway.call("POST", "/api/tokens", { title, role: "viewer", days: 1 }, gateway.browser);
    for (const name of scripts) await gateway.call("POST", "/api/session", { name: name.slice(0, 60), password: "x" });
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByLabel("Name").fill("kim");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("region", { name: "Canvas" }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await bus.close();
    await gateway.stop();
  });

  const ran = () => page.evaluate(() => (globalThis as { ran?: number }).ran);

  test("shows names, devices, values and alerts as text", async () => {
    await page.getByRole("tab").filter({ hasText: "<script>" }).first().click();
    for (const text of scripts)
      await bus.publish("iot.processed.evil.t", { device_id: text, key: text, value: 5, tags: { tag: text } });
    await page
      .getByText(scripts[1] ?? "", { exact: false })
      .first()
      .waitFor();
    await until(
      "the page has had time for them",
      async () => (await page.getByRole("region", { name: "Canvas" }).getByRole("group").count()) >= scripts.length,
    );
    await page.getByRole("group").filter({ hasText: "onerror" }).first().click();
    expect(await ran()).toBeUndefined();
    expect(dialogs).toEqual([]);
  });

  test("shows users, tokens and the audit trail as text", async () => {
    await page.getByRole("button", { name: "Account: kim" }).click();
    await page.getByRole("menuitem", { name: "Users, tokens, secrets, audit…" }).click();
    const access = page.getByRole("dialog", { name: "Access" });
    for (const tab of ["API tokens", "Audit trail"]) {
      await access.getByRole("tab", { name: tab }).click();
      await access.getByRole("row").filter({ hasText: "onerror" }).first().waitFor();
    }
    expect(await ran()).toBeUndefined();
    expect(dialogs).toEqual([]);
    // A policy that had to step in would say so on the console.
    expect(complaints.filter((text) => !/401/.test(text))).toEqual([]);
  });
});
