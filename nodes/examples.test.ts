import { describe, expect, test } from "vitest";
import { loadCatalog } from "./contract/catalog.ts";
import { describe as describeCatalog } from "./contract/describe.ts";
import { checkExample } from "./contract/testing.ts";

const catalog = await loadCatalog(import.meta.dirname);

describe.each([...catalog.nodes.values()])("$type", (definition) => {
  test("has at least one example", () => {
    expect(definition.examples.length).toBeGreaterThan(0);
  });
  test.each(definition.examples.map((example) => [example.title, example] as const))("%s", (_title, example) => {
    checkExample(definition, example);
  });
});

test("the catalog describes itself as JSON", () => {
  const description = describeCatalog(catalog);
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
});
