/** Chromium, driven as a person would use the page. */
import { type Browser, chromium, type Page } from "playwright-core";
import { findProgram } from "./peers/program.ts";

/** Without these Chromium looks for its maker's hosts at every start. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const chromiumPath = findProgram("chromium", "chromium");

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? "", args: quiet });
}

/** A page that fails the test by what it complains about: `complaints` must stay empty. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { colorScheme?: "light" | "dark"; locale?: string } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en", ...options });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const { url: where, lineNumber, columnNumber } = message.location();
    if (message.type() === "error") complaints.push(`${message.text()} (${where}:${lineNumber}:${columnNumber})`);
  });
  await page.goto(url);
  return { page, complaints };
}
