import { expect, test } from "vitest";
import { answerStateRequest, createStateProxy, type LocalStateStore } from "./state-bridge.ts";

const local: LocalStateStore = {
  load: (nodes) => nodes.map((node) => ({ ...node, basis: "b", entries: [["e", "1"]] })),
  save() {
    throw new Error("the disk is full");
  },
};

test("answers find the one who asked, errors with their words", async () => {
  const asked: Parameters<Parameters<typeof createStateProxy>[0]>[0][] = [];
  const proxy = createStateProxy((request) => asked.push(request));
  const loads = ["n1", "n2"].map((node) => proxy.store.load([{ flow: "f", node }]));
  const save = proxy.store.save([{ flow: "f", node: "n", basis: "b", clear: false, entries: [] }]);
  for (const request of asked.reverse()) proxy.answered(answerStateRequest(local, request));
  expect((await Promise.all(loads)).flat().map(({ node }) => node)).toEqual(["n1", "n2"]);
  await expect(save).rejects.toThrow("the disk is full");
});
