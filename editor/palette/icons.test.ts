import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { icons } from "./icons.ts";

test("every icon that a node or connection names is in the editor; a missing one is added to icons.ts", () => {
  const files = readdirSync("nodes", { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(node|connection)\.ts$/.test(file),
  );
  const named = files.flatMap((file) => [...readFileSync(`nodes/${file}`, "utf8").matchAll(/^ {2}icon: "([^"]+)"/gm)]);
  const missing = named.flatMap(([, name = ""]) => (name in icons ? [] : [name]));
  expect(missing).toEqual([]);
});
