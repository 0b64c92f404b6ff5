import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { flowOf } from "../state/testing.ts";
import { linesOf } from "./outcome.ts";
import { TrialLines } from "./TrialLines.tsx";

afterEach(cleanup);
// What is drawn depends on the height, and without a layout there is none.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { get: () => 400 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { get: () => 800 });

const message = { device_id: "<b>d1</b>", key: "t", value: 90 };
const events = [
  { atMs: 0, node: "plc", port: "out", traceId: "t1", message: { device_id: "d1", payload: "9" } },
  { atMs: 90_000, node: "db", port: "in", traceId: "t1", message },
];
const errors = [{ atMs: 500, node: "hot", type: "parse_error", message: "not JSON" }];

function show(onFollow = vi.fn()) {
  render(
    <MantineProvider env="test">
      <TrialLines
        document={flowOf(["adapter.plc", "rule.hot", "sink.db"])}
        lines={linesOf({ events, errors })}
        captured={["plc", "db"]}
        onFollow={onFollow}
      />
    </MantineProvider>,
  );
  return onFollow;
}

test("each line says when, where and what, in order; of a target what it would have got; text is text", () => {
  show();
  const lines = screen.getAllByRole("listitem").map(({ textContent }) => textContent);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/500ms.*hot.*parse_error.*not JSON/);
  expect(lines[2]).toMatch(/1m30s.*db.*would have got.*<b>d1<\/b> · t = 90/);
});

test("a line opens to the whole message, and leads to the way it came", () => {
  const onFollow = show();
  fireEvent.click(screen.getAllByRole("button", { expanded: false })[1] ?? document.body);
  expect(screen.getByText("device_id:")).toBeTruthy();
  fireEvent.click(screen.getAllByRole("button", { name: "Only this message's way" })[1] ?? document.body);
  expect(onFollow).toHaveBeenCalledWith("t1");
});
