import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const line = flow("line", {
  name: "Line",
  nodes: [
    { id: "hook", name: "Press", type: "adapter.webhook", config: { path: "press" } },
    {
      id: "hot",
      name: "Press hot",
      type: "rule.alert",
      config: { kind: "expression", condition: "value > 80", onDelay: "30s", level: "error" },
    },
    { id: "file", name: "Log", type: "sink.file", config: { path: "alerts.jsonl" } },
  ],
  wires: [
    { from: "hook", to: "hot" },
    { from: "hot", to: "file" },
  ],
});
const tests = `tests:
  - name: a press that stays hot
    steps:
      - in: { node: hook, raw: { temperature: 90 } }
      - at: 31s
        expect: [{ node: hot, messages: [{ value: 90 }] }]
`;

describe.skipIf(chromiumPath === undefined)("testing a flow in the editor, without deploying it", () => {
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    gateway = await startGateway({ readyMs: 90_000 });
    expect(await gateway.deploy(line)).toMatchObject({ status: 200 });
    writeFileSync(join(gateway.folder, "flows", "line.test.yaml"), tests);
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
    await page.getByRole("tab", { name: "Line" }).click();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const result = () => page.getByRole("region", { name: "What happened" });
  const nodes = () => result().getByRole("list", { name: "Nodes" });

  test("a saved test is taken and run: an alert that waits 30 s is raised at once, and the file would have got it", async () => {
    await page.getByRole("banner").getByRole("button", { name: "Test", exact: true }).click();
    await button("Saved tests").click();
    await page.getByRole("menuitem", { name: "a press that stays hot" }).click();
    await button("Run").click();
    await result().getByText("Test “a press that stays hot” passed").waitFor();
    await result().getByText("30s", { exact: true }).first().waitFor();
    expect(await nodes().getByRole("button", { name: /^Log/ }).innerText()).toMatch(/would have got\s*1/);
    expect((await gateway.call("GET", "/api/alarms?show=all&text=Press")).body.alarms).toEqual([]);
  });

  test("a change that is not deployed is what is tested, and the test says where it is not as expected", async () => {
    await page.locator(".react-flow__node").filter({ hasText: "Press hot" }).click();
    const details = page.getByRole("complementary", { name: "Details" });
    const condition = details.getByRole("textbox", { name: "Condition", exact: true });
    // The field for code comes a little later than the plain one.
    await details.locator(".cm-content").first().waitFor();
    await condition.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("value > 95");
    await result().getByText("The flow or the messages were changed since.").waitFor();
    await button("Run").click();
    await result().getByText("Test “a press that stays hot” failed").waitFor();
    expect(await nodes().getByRole("button", { name: /^Log/ }).innerText()).toContain("nothing");
    expect((await gateway.call("GET", "/api/flows/line")).body.revision).toBe(1);
  });

  test("a message of one's own: a fault in it is said, and an error on a node is shown where it happened", async () => {
    await button("Add message").click();
    const text = page.getByRole("textbox", { name: "Content of message 2" });
    await text.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("nonsense");
    await page.getByText("This is not JSON").waitFor();
    expect(await button("Run").isDisabled()).toBe(true);
    await page.keyboard.press("Control+a");
    await page.keyboard.type('"no point"');
    await page.getByRole("combobox", { name: "Node of message 2" }).selectOption({ label: "Press hot" });
    await button("Run").click();
    await until("the error at its node", async () =>
      /Press hot[\s\S]*validation/.test(await result().getByRole("list", { name: "Messages and errors" }).innerText()),
    );
    await result().getByRole("button", { name: "Only this message's way" }).first().click();
    await result().getByText("The way of one message").waitFor();
    expect(complaints).toEqual([]);
  });
});
