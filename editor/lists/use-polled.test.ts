import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { usePolled } from "./use-polled.ts";

afterEach(cleanup);

test("many changes while an answer is awaited cost one more request, and a failure is said until the next success", async () => {
  const asked: { resolve(value: number): void; reject(error: Error): void }[] = [];
  const load = () => new Promise<number>((resolve, reject) => asked.push({ resolve, reject }));
  const { result, rerender } = renderHook(({ version }) => usePolled(load, version), { initialProps: { version: 0 } });
  for (const version of [1, 2, 3]) rerender({ version });
  expect(asked).toHaveLength(1);
  await act(async () => asked[0]?.resolve(10));
  expect(result.current.answer).toBe(10);
  expect(asked).toHaveLength(2);
  await act(async () => asked[1]?.reject(new Error("away")));
  expect(result.current).toEqual({ answer: 10, problem: "away" });
  rerender({ version: 4 });
  await act(async () => asked[2]?.resolve(11));
  expect(result.current).toEqual({ answer: 11, problem: "" });
});

test("the answer to what is no longer asked is not shown", async () => {
  const answers = new Map<string, (value: string) => void>();
  const loads = Object.fromEntries(
    ["a", "b"].map((name) => [name, () => new Promise<string>((resolve) => answers.set(name, resolve))]),
  );
  const { result, rerender } = renderHook(({ name }) => usePolled(loads[name] ?? (async () => ""), 0), {
    initialProps: { name: "a" },
  });
  rerender({ name: "b" });
  await act(async () => answers.get("a")?.("late"));
  expect(result.current.answer).toBeUndefined();
  await act(async () => answers.get("b")?.("now"));
  expect(result.current.answer).toBe("now");
});
