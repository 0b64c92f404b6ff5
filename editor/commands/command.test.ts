import { expect, test } from "vitest";
import { keyText, matches } from "./command.ts";
import { commands } from "./commands.ts";
import { findNodes } from "./find-nodes.ts";

function press(key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {}) {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held };
}

test("shortcuts match their keys and no others", () => {
  expect(matches("mod+z", press("z", { ctrlKey: true }))).toBe(true);
  expect(matches("mod+z", press("z", { metaKey: true }))).toBe(true);
  expect(matches("mod+z", press("Z", { ctrlKey: true, shiftKey: true }))).toBe(false);
  expect(matches("mod+shift+z", press("Z", { ctrlKey: true, shiftKey: true }))).toBe(true);
  expect(matches("f", press("f", { ctrlKey: true }))).toBe(false);
  expect(matches("shift+arrowleft", press("ArrowLeft", { shiftKey: true }))).toBe(true);
  expect(matches("arrowleft", press("ArrowLeft", { shiftKey: true }))).toBe(false);
});

test("a sign that needs Shift on some keyboards matches with and without it", () => {
  expect(matches("?", press("?", { shiftKey: true }))).toBe(true);
  expect(matches("+", press("+"))).toBe(true);
});

test("no two commands have the same key", () => {
  const keys = commands.flatMap((command) => command.keys ?? []);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

test("shortcuts are written as each system writes them", () => {
  expect(keyText("mod+shift+z", false)).toBe("Ctrl Shift Z");
  expect(keyText("mod+shift+z", true)).toBe("⌘⇧Z");
  expect(keyText("+", false)).toBe("+");
});

test("nodes are found by words, type, state and device together", () => {
  const items = [
    { title: "Boiler", also: [], type: "adapter.modbus", states: ["changed"], config: '{"deviceid":"pump-1"}' },
    { title: "Boiler alert", also: [], type: "rule.alert", states: ["invalid"], config: "{}" },
    { title: "Archive", also: ["boiler data"], type: "sink.file", states: [], config: "{}" },
  ];
  const titles = (query: string) => findNodes(items, query).map(({ title }) => title);
  expect(titles("boiler")).toEqual(["Boiler", "Boiler alert", "Archive"]);
  expect(titles("type:rule boiler")).toEqual(["Boiler alert"]);
  expect(titles("is:inv")).toEqual(["Boiler alert"]);
  expect(titles("device:Pump-1")).toEqual(["Boiler"]);
  expect(titles("nothing")).toEqual([]);
});
