import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { DeadLetterSummary, Role } from "../../server/api/contract.ts";
import { createAccount } from "../account/account.ts";
import { type Editor, EditorContext } from "../state/editor.ts";
import { LetterActions } from "./LetterActions.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const letter = (sequence: number): DeadLetterSummary => ({
  sequence,
  at: "2026-01-01T00:00:00.000Z",
  flow: "f",
  node: "db",
  subject: "iot.rules.x",
  error: "refused",
  attempts: 3,
  traceId: "t",
  excerpt: "{}",
  isReplaying: false,
});

/** The gateway: refuses number 2. */
function show(letters: readonly DeadLetterSummary[], edited?: string, role: Role = "operator") {
  const calls: string[] = [];
  const onDone = vi.fn();
  vi.stubGlobal("fetch", async (url: string, { method, body }: { method: string; body?: string }) => {
    calls.push(`${method} ${url} ${body ?? ""}`.trim());
    const isRefused = url.includes("/2");
    const answer = isRefused ? { error: { code: "refused", message: "still too hot" } } : { state: "delivered" };
    return new Response(JSON.stringify(answer), { status: isRefused ? 409 : 200 });
  });
  const editor = { account: createAccount({ state: "signed-in", name: "ann", role }) } as Editor;
  render(
    <MantineProvider env="test">
      <EditorContext value={editor}>
        <LetterActions letters={letters} edited={edited} onDone={onDone} />
      </EditorContext>
    </MantineProvider>,
  );
  return { calls, onDone };
}

test("many are replayed one after the other, oldest first, and what is refused is said", async () => {
  const { calls, onDone } = show([letter(3), letter(2), letter(1)]);
  fireEvent.click(screen.getByRole("button", { name: "Replay (3)" }));
  await waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(calls).toEqual([1, 2, 3].map((sequence) => `POST /api/dead-letters/${sequence}/replay {}`));
  expect(screen.getByRole("status").textContent).toBe("still too hot");
});

test("what was edited is what is sent", async () => {
  const { calls } = show([letter(1)], '{"value":1}');
  fireEvent.click(screen.getByRole("button", { name: "Replay as edited" }));
  await waitFor(() => expect(calls).toEqual(['POST /api/dead-letters/1/replay {"payload":"{\\"value\\":1}"}']));
});

test("discarding asks once more; a viewer can do neither and is told why", async () => {
  const { calls } = show([letter(1)]);
  fireEvent.click(screen.getByRole("button", { name: "Discard" }));
  expect(calls).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: /Discard/ }));
  await waitFor(() => expect(calls).toEqual(["DELETE /api/dead-letters/1"]));
  cleanup();
  show([letter(1)], undefined, "viewer");
  expect((screen.getByRole("button", { name: "Replay" }) as HTMLButtonElement).disabled).toBe(true);
  expect(screen.getByText(/needs an operator/)).toBeTruthy();
});
