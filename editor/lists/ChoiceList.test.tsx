import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { ChoiceList } from "./ChoiceList.tsx";
import { type Choice, nothingChosen } from "./choice.ts";

afterEach(cleanup);

// What is drawn depends on the height, and without a layout there is none.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { get: () => 400 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { get: () => 800 });

interface Seen {
  choice: Choice;
}

function Page(props: { readonly rows: readonly string[]; readonly seen: Seen; onKey(key: string): boolean }) {
  const { rows, seen, onKey } = props;
  const [choice, setChoice] = useState(nothingChosen);
  seen.choice = choice;
  return (
    <ChoiceList
      label="Alerts"
      className="row"
      rows={rows}
      idOf={(row) => row}
      draw={(row) => row}
      empty="nothing here"
      choice={choice}
      onChoose={setChoice}
      onKey={onKey}
    />
  );
}

function show(rows: readonly string[]) {
  const seen: Seen = { choice: nothingChosen };
  const onKey = vi.fn(() => false);
  const { rerender } = render(<Page rows={rows} seen={seen} onKey={onKey} />);
  return { seen, onKey, list: (next: readonly string[]) => rerender(<Page rows={next} seen={seen} onKey={onKey} />) };
}
const chosen = ({ choice }: Seen) => [...choice.chosen];

test("hundreds of rows are a list of which only what is seen is drawn, and a row says its place", () => {
  show(Array.from({ length: 800 }, (_, index) => `row ${index}`));
  const options = screen.getAllByRole("option");
  expect(options.length).toBeGreaterThan(5);
  expect(options.length).toBeLessThan(100);
  expect(options[2]?.getAttribute("aria-posinset")).toBe("3");
  expect(options[2]?.getAttribute("aria-setsize")).toBe("800");
});

test("arrows, Space, Shift and Ctrl+A choose; other keys go to whoever asked for them", () => {
  const { seen, onKey } = show(["a", "b", "c"]);
  const list = screen.getByRole("listbox", { name: "Alerts" });
  fireEvent.focus(list);
  expect(chosen(seen)).toEqual(["a"]);
  fireEvent.keyDown(list, { key: "ArrowDown" });
  expect(list.getAttribute("aria-activedescendant")).toBe(screen.getByText("b").id);
  fireEvent.keyDown(list, { key: "ArrowDown", shiftKey: true });
  expect(chosen(seen)).toEqual(["b", "c"]);
  fireEvent.keyDown(list, { key: " " });
  expect(chosen(seen)).toEqual(["b"]);
  fireEvent.keyDown(list, { key: "a", ctrlKey: true });
  expect(chosen(seen)).toHaveLength(3);
  fireEvent.keyDown(list, { key: "k" });
  expect(onKey).toHaveBeenCalledWith("k");
});

test("a row that leaves the list is no longer chosen; an empty list says why", () => {
  const { seen, list } = show(["a", "b"]);
  fireEvent.click(screen.getByText("a"));
  fireEvent.click(screen.getByText("b"), { ctrlKey: true });
  expect(chosen(seen)).toEqual(["a", "b"]);
  list(["b"]);
  expect(chosen(seen)).toEqual(["b"]);
  list([]);
  expect(screen.getByText("nothing here")).toBeTruthy();
});
