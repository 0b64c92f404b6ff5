import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { flowOf } from "../state/testing.ts";
import { ImportReport } from "./ImportReport.tsx";

afterEach(cleanup);

const report = [
  { flow: "boiler", node: "a", name: "Meter", type: "mqtt in", outcome: "converted", notes: [] },
  { flow: "boiler", name: "<img src=x>", type: "function", outcome: "by-hand", notes: ["Write it as an expression."] },
] as const;

function show() {
  const calls = { onBack: vi.fn(), onImport: vi.fn() };
  render(
    <MantineProvider env="test">
      <ImportReport result={{ ok: true, kind: "node-red", documents: [flowOf([])], report }} {...calls} />
    </MantineProvider>,
  );
  return calls;
}

test("each node is named with what became of it and what to do, what needs a hand first, names as text", () => {
  show();
  const [, first, second] = screen.getAllByRole("row");
  expect(first?.textContent).toContain("<img src=x>");
  expect(first?.textContent).toContain("Write it as an expression.");
  expect(second?.textContent).toContain("Meter");
  expect(screen.getByText(/2 nodes in 1 flow/)).toBeTruthy();
});

test("one outcome can be looked at alone; nothing is taken in before somebody says so", () => {
  const { onImport, onBack } = show();
  fireEvent.click(screen.getByRole("button", { name: /1\s*converted/ }));
  expect(within(screen.getByRole("table")).queryByText("<img src=x>")).toBeNull();
  expect(onImport).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole("button", { name: "Import 1 flow" }));
  expect(onImport).toHaveBeenCalled();
  fireEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(onBack).toHaveBeenCalled();
});
