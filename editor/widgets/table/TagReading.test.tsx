import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { ProbeAnswer } from "../../../server/api/contract.ts";
import { SurroundingsContext, useSurroundings } from "../surroundings.ts";
import { useTagReading } from "./TagReading.tsx";

afterEach(cleanup);

const read = (key: string, more: object = {}): ProbeAnswer => ({
  values: [{ device_id: "<b>plc</b>", key, value: 21.5, type: "float", quality: 0, raw: "41AC 0000", ...more }],
  tookMs: 12,
});

function Row({ row }: { readonly row: unknown }) {
  const { button, result } = useTagReading(row);
  return (
    <div>
      {button}
      {result}
    </div>
  );
}
function Page({ row, readTag }: { readonly row: unknown; readTag?(key: string): Promise<ProbeAnswer> }) {
  const surroundings = useSurroundings();
  return (
    <MantineProvider env="test">
      <SurroundingsContext value={{ ...surroundings, readTag }}>
        <Row row={row} />
      </SurroundingsContext>
    </MantineProvider>
  );
}
const tag = { key: "temperature", address: 100 };

test("a tag is read when asked for: value, registers, quality and time are shown as text", async () => {
  const readTag = vi.fn(async (key: string) => read(key));
  render(<Page row={tag} readTag={readTag} />);
  expect(screen.queryByRole("status")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Read temperature from the device now" }));
  const status = await screen.findByText("21.5");
  expect(readTag).toHaveBeenCalledWith("temperature");
  expect(status.closest("[role=status]")?.textContent).toMatch(/good.*41AC 0000.*<b>plc<\/b>.*read at .* in 12 ms/);
});

test("a value that is not good says why, and a device that cannot be reached what to do", async () => {
  const readTag = vi
    .fn<(key: string) => Promise<ProbeAnswer>>()
    .mockResolvedValueOnce(read("temperature", { value: null, quality: 1, detail: "illegal data address" }))
    .mockRejectedValueOnce(new Error("nothing answers at 10.0.0.7:502; check the address"));
  render(<Page row={tag} readTag={readTag} />);
  const button = screen.getByRole("button");
  fireEvent.click(button);
  expect(await screen.findByText("illegal data address")).toBeTruthy();
  fireEvent.click(button);
  expect(await screen.findByText(/nothing answers at 10.0.0.7:502/)).toBeTruthy();
});

test("rows that are no tags, and adapters that cannot be tried, have no such button", () => {
  const { rerender } = render(<Page row={{ key: "x" }} readTag={async (key) => read(key)} />);
  expect(screen.queryByRole("button")).toBeNull();
  rerender(<Page row={tag} />);
  expect(screen.queryByRole("button")).toBeNull();
});
