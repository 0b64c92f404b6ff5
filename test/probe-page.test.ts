import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { freePort, type Program, startProgram, until } from "./peers/program.ts";

const main = fileURLToPath(new URL("../dist/server/main.js", import.meta.url));

describe.skipIf(chromiumPath === undefined)("reading a tag in the editor, before it is deployed", () => {
  let gateway: Gateway;
  let device: Program;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const port = await freePort();
    device = startProgram(process.execPath, [main, "simulate", "modbus", "--port", String(port), "--seed", "7"]);
    await until("the simulator listens", () => device.output().includes("A boiler with Modbus TCP"));
    gateway = await startGateway({ readyMs: 90_000 });
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser, gateway.url));
    const example = await readFile(new URL("../flows/examples/modbus-line.flow.json", import.meta.url), "utf8");
    await page.getByRole("region", { name: "Canvas" }).getByRole("group").first().waitFor();
    await page.keyboard.press("Control+i");
    const dialog = page.getByRole("dialog", { name: "Import flows" });
    await dialog.getByRole("textbox").fill(example.replace('"port": 1502', `"port": ${port}`));
    await dialog.getByRole("button", { name: "Read it" }).click();
    await dialog.getByRole("button", { name: "Import 1 flow" }).click();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await device.stop();
  });

  const details = () => page.getByRole("complementary", { name: "Details" });
  const read = () => details().getByRole("button", { name: "Read temperature from the device now" });

  test("a tag of a flow that never ran is read: value, registers, quality and time", async () => {
    await page.locator(".react-flow__node").filter({ hasText: "tags every" }).first().click();
    await read().click();
    const reading = details().getByRole("status").filter({ hasText: "read at" });
    await reading.waitFor();
    expect(await reading.innerText()).toMatch(
      /\d+(\.\d+)?[\s\S]*good[\s\S]*[0-9A-F]{4}[\s\S]*boiler-plc[\s\S]*in \d+ ms/,
    );
    expect((await gateway.get<"GET /api/flows">("/api/flows")).length).toBe(1);
  });

  test("when the device is away, it is said in words that help", async () => {
    await device.stop();
    await read().click();
    await details()
      .getByRole("status")
      .filter({ hasText: /127\.0\.0\.1/ })
      .waitFor();
    expect(complaints.filter((text) => !text.includes("502"))).toEqual([]);
  });
});
