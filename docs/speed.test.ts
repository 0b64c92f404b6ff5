import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { benches } from "../bench/benches.ts";

test("R158 every bench there is has its figures on the page", () => {
  const page = readFileSync(new URL("speed.md", import.meta.url), "utf8");
  for (const name of Object.keys(benches)) expect(page).toContain(`\n| ${name} | `);
});
