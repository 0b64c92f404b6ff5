import { expect, test, vi } from "vitest";
import { createDocuments, isDirty } from "./document.ts";
import { keepDrafts, readDrafts } from "./drafts.ts";
import { addNode, setNode } from "./edits.ts";
import { flowOf, memoryStorage, storedFlow } from "./testing.ts";

const start = flowOf(["adapter.a", "sink.b"], ["a>b"]);
const node = { id: "a", type: "adapter.a", name: "Mine", config: {} };

function visit(storage: Storage, stored = [storedFlow(start)]) {
  const documents = createDocuments();
  documents.load(stored, readDrafts(storage));
  const onFull = vi.fn();
  const leave = keepDrafts(documents, storage, onFull);
  return { documents, leave, onFull };
}

test("unsaved changes survive a reload, with what they are based on", () => {
  const storage = memoryStorage();
  const first = visit(storage);
  first.documents.edit("step.configure", (document) => setNode(document, node));
  first.documents.add(flowOf(["rule.x"], [], "new"));
  first.leave();
  const { flows } = visit(storage).documents.getState();
  expect(flows["boiler"]?.history.present.nodes[0]).toEqual(node);
  expect(flows["boiler"]?.base?.revision).toBe(1);
  expect(flows["boiler"] && isDirty(flows["boiler"])).toBe(true);
  expect(flows["new"]?.base).toBeNull();
});

test("a reload right after an edit is not too fast for it", () => {
  const storage = memoryStorage();
  const { documents } = visit(storage);
  documents.edit("step.configure", (document) => setNode(document, node));
  window.dispatchEvent(new Event("pagehide"));
  expect(readDrafts(storage)["boiler"]?.document.nodes[0]).toEqual(node);
});

test("what was deployed or undone leaves no draft", () => {
  const storage = memoryStorage();
  const { documents, leave } = visit(storage);
  documents.edit("step.configure", (document) => setNode(document, node));
  window.dispatchEvent(new Event("pagehide"));
  documents.undo();
  leave();
  expect(readDrafts(storage)).toEqual({});
});

test("a draft whose flow was deployed by somebody else meanwhile keeps both versions", () => {
  const storage = memoryStorage();
  const first = visit(storage);
  first.documents.edit("step.configure", (document) => setNode(document, node));
  first.leave();
  const theirs = storedFlow(addNode(start, { id: "c", type: "rule.c", name: "", config: {} }, { x: 0, y: 0 }), 2);
  const flow = visit(storage, [theirs]).documents.getState().flows["boiler"];
  expect(flow?.history.present.nodes[0]).toEqual(node);
  expect(flow?.base?.revision).toBe(1);
  expect(flow?.newer?.revision).toBe(2);
});

test("a draft of a flow the gateway no longer has becomes a new flow", () => {
  const storage = memoryStorage();
  const first = visit(storage);
  first.documents.edit("step.configure", (document) => setNode(document, node));
  first.leave();
  expect(visit(storage, []).documents.getState().flows["boiler"]?.base).toBeNull();
});

test("a full storage is said, and editing goes on", () => {
  const { documents, leave, onFull } = visit(memoryStorage(100));
  documents.edit("step.configure", (document) => setNode(document, node));
  leave();
  expect(onFull).toHaveBeenCalled();
});

test("foreign and broken entries of the storage are passed over", () => {
  const storage = memoryStorage();
  storage.setItem("sluice.draft.x", "{broken");
  storage.setItem("sluice.draft.y", "null");
  storage.setItem("other", "1");
  expect(readDrafts(storage)).toEqual({});
});
