import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Problem } from "../../server/api/contract.ts";
import { DebugRow, type DebugRowProps } from "./DebugRow.tsx";
import { ProblemsList } from "./ProblemsList.tsx";
import type { DebugEntry } from "./samples.ts";

afterEach(cleanup);

const entry: DebugEntry = {
  id: 1,
  kind: "message",
  flow: "f",
  node: "plc",
  port: "failed",
  traceId: "abcdefgh-1234",
  atMs: 0,
  text: JSON.stringify({ device_id: "<b>d</b>", key: "t", value: "x".repeat(30_000), tags: { line: "a" } }),
  truncated: true,
};

function show(over: Partial<DebugRowProps> = {}) {
  const calls = { onToggle: vi.fn(), onHover: vi.fn(), onLocate: vi.fn(), onTrace: vi.fn() };
  render(
    <MantineProvider env="test">
      <DebugRow entry={entry} name="Boiler PLC" open={false} series={undefined} {...calls} {...over} />
    </MantineProvider>,
  );
  return calls;
}

test("a line shows node, port, device, key and the beginning of the value, as text", () => {
  show();
  expect(screen.getByText("Boiler PLC")).toBeTruthy();
  expect(screen.getByText("failed")).toBeTruthy();
  expect(screen.getByText("<b>d</b>")).toBeTruthy();
  expect(document.querySelector(".debug__value")?.textContent).toBe("x".repeat(300));
});

test("clicks find the node, open the entry and follow its trace; hovering points at the node", () => {
  const { onToggle, onHover, onLocate, onTrace } = show();
  fireEvent.click(screen.getByText("Boiler PLC"));
  expect(onLocate).toHaveBeenCalledWith("f", "plc");
  fireEvent.click(screen.getByText("abcdefgh"));
  expect(onTrace).toHaveBeenCalledWith(entry);
  fireEvent.click(screen.getByRole("button", { expanded: false }));
  expect(onToggle.mock.lastCall?.[0]).toBe(1);
  fireEvent.mouseEnter(screen.getByText("failed"));
  expect(onHover).toHaveBeenLastCalledWith("f", "plc");
  fireEvent.mouseLeave(screen.getByText("failed"));
  expect(onHover).toHaveBeenLastCalledWith("f", null);
});

test("an open entry shows its fields, long text only as far as asked for, and says when it was cut", () => {
  show({ open: true });
  expect(screen.getByText(/first 16 kB/)).toBeTruthy();
  expect(screen.getByText("tags:")).toBeTruthy();
  fireEvent.click(screen.getByText("Show all (30,000 characters)"));
  expect(screen.getByText(/Cut after 20,000 characters/)).toBeTruthy();
});

test("problems stand errors first and lead to their place", () => {
  const warning: Problem = {
    code: "a",
    severity: "warning",
    flow: "f",
    node: "plc",
    path: ["tags", 3],
    message: "odd",
  };
  const error: Problem = { code: "b", severity: "error", flow: "f", message: "the flow has no nodes" };
  const onLocate = vi.fn();
  render(
    <MantineProvider env="test">
      <ProblemsList problems={[warning, error]} nodeName={() => "Boiler PLC"} onLocate={onLocate} />
    </MantineProvider>,
  );
  const [first, second] = screen.getAllByRole("button");
  expect(first?.textContent).toContain("Whole flow");
  expect(second?.textContent).toContain("tags[3]");
  fireEvent.click(second ?? document.body);
  expect(onLocate).toHaveBeenCalledWith(warning);
});
