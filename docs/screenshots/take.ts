/** Pictures of the main screens, light and dark, taken of the running product by `npm run screenshots`. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { openBrowser, openPage } from "../../test/browser.ts";
import { busClient, flow, startGateway } from "../../test/gateway.ts";
import { until } from "../../test/peers/program.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const gateway = await startGateway();
const bus = await busClient(gateway.natsUrl);
const browser = await openBrowser();
try {
  const limits = [
    { id: "hot", name: "Boiler too hot", type: "rule.alert", config: { kind: "limits", hi: 80, hihi: 95, keys: ["heat"], level: "error" } },
    { id: "low", name: "Flow low", type: "rule.alert", config: { kind: "limits", lo: 2, keys: ["flow"], level: "warning" } },
  ];
  await gateway.deploy(flow("alarms", { name: "Plant alarms", nodes: limits }));
  for (const [device, key, value] of [["boiler-3", "heat", 91.5], ["boiler-4", "heat", 97.2], ["pump-1", "flow", 1.2], ["pump-7", "flow", 0.4]] as const)
    await bus.publish(`iot.processed.${device}.${key}`, { device_id: device, key, value });
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await openPage(browser, `${gateway.url}/#/flows/boiler-room`, { colorScheme });
    const canvas = page.getByRole("region", { name: "Canvas" });
    await until("values", async () => /temperature_f\s*\d/.test(await canvas.innerText()));
    await page.waitForTimeout(6_000);
    const shot = (name: string) => page.screenshot({ path: `${folder}${name}-${colorScheme}.png` });
    await page.keyboard.press("f");
    await page.waitForTimeout(800);
    await shot("editor");
    await canvas.getByRole("group").filter({ hasText: "In °F" }).first().click();
    await page.waitForTimeout(800);
    await shot("form");
    await canvas.click({ position: { x: 10, y: 10 } });
    await page.keyboard.press("l");
    await page.getByRole("listbox").getByRole("option").filter({ hasText: "Boiler too hot" }).first().click();
    await page.waitForTimeout(1_500);
    await shot("alerts");
    await tab(page, /^Subjects/);
    await page.waitForTimeout(2_500);
    await shot("subjects");
    await page.close();
  }
} finally {
  await browser.close();
  await bus.close();
  await gateway.stop();
}

async function tab(page: Page, name: RegExp) {
  const drawer = page.getByRole("tab", { name });
  if ((await drawer.getAttribute("aria-selected")) !== "true") await drawer.click();
}
