import { expect, test } from "vitest";
import { choose, chooseAll, keepListed, nothingChosen, rowAt } from "./choice.ts";

const ids = ["a", "b", "c", "d"];
const chosen = (choice: { chosen: ReadonlySet<string> }) => [...choice.chosen].join("");

test("a click chooses one, with Ctrl one more or less, with Shift all from where it began", () => {
  const one = choose(nothingChosen, ids, "b", "only");
  expect(chosen(one)).toBe("b");
  expect(chosen(choose(one, ids, "d", "range"))).toBe("bcd");
  const back = choose(choose(one, ids, "d", "range"), ids, "a", "range");
  expect(chosen(back)).toBe("ab");
  expect(back.active).toBe("a");
  const more = choose(one, ids, "d", "add");
  expect(chosen(more)).toBe("bd");
  expect(chosen(choose(more, ids, "b", "add"))).toBe("d");
  expect(chosen(chooseAll(nothingChosen, ids))).toBe("abcd");
});

test("what left the list is no longer chosen, and nothing changes when nothing left", () => {
  const two = choose(choose(nothingChosen, ids, "a", "only"), ids, "c", "add");
  expect(keepListed(two, ids)).toBe(two);
  const kept = keepListed(two, ["a", "b"]);
  expect(chosen(kept)).toBe("a");
  expect(kept.active).toBeUndefined();
});

test("the keys of a list lead to its rows and not beyond", () => {
  expect(rowAt(ids, undefined, "ArrowDown")).toBe("a");
  expect(rowAt(ids, "b", "ArrowDown")).toBe("c");
  expect(rowAt(ids, "a", "ArrowUp")).toBe("a");
  expect(rowAt(ids, "a", "PageDown")).toBe("d");
  expect(rowAt(ids, "c", "Home")).toBe("a");
  expect(rowAt(ids, "a", "x")).toBeUndefined();
  expect(rowAt([], undefined, "End")).toBeUndefined();
});
