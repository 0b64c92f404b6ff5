import { describe, expect, test } from "vitest";
import { createDocuments, currentFlow, isDirty } from "./document.ts";
import { addNode, place, removeParts, setNode } from "./edits.ts";
import { flowOf, storedFlow } from "./testing.ts";

const start = flowOf(["adapter.a", "rule.b", "sink.c"], ["a>b", "b>c"]);

function opened(document = start) {
  let nowMs = 0;
  const documents = createDocuments(() => nowMs);
  documents.load([storedFlow(document)], {});
  const flow = () => {
    const found = currentFlow(documents.getState());
    if (found === undefined) throw new Error("no flow is open");
    return found;
  };
  return {
    documents,
    flow,
    present: () => flow().history.present,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}
const rename = (id: string, name: string) => (document: typeof start) =>
  setNode(document, {
    ...(document.nodes.find((node) => node.id === id) ?? { id, type: "", config: {}, name: "" }),
    name,
  });

describe("undo", () => {
  test("gives back exactly what was there, and redo exactly what was undone", () => {
    const { documents, present } = opened();
    const states = [present()];
    const edits = [
      () =>
        documents.edit("step.add", (d) =>
          addNode(d, { id: "x", type: "rule.x", name: "X", config: {} }, { x: 1, y: 2 }),
        ),
      () => documents.edit("step.configure", rename("b", "B")),
      () =>
        documents.edit("step.remove", (d) =>
          removeParts(d, { nodes: new Set(["b"]), wires: new Set(), boxes: new Set() }),
        ),
      () => documents.edit("step.move", (d) => place(d, new Map([["a", { x: 40, y: 60 }]]))),
    ];
    for (const edit of edits) {
      edit();
      states.push(present());
    }
    for (const state of [...states].reverse().slice(1)) {
      documents.undo();
      expect(present()).toBe(state);
    }
    for (const state of states.slice(1)) {
      documents.redo();
      expect(present()).toBe(state);
    }
  });

  test("all the way leaves nothing unsaved", () => {
    const { documents, flow } = opened();
    documents.edit("step.configure", rename("a", "A"));
    documents.edit("step.remove", (d) => removeParts(d, { nodes: new Set(["c"]), wires: new Set(), boxes: new Set() }));
    expect(isDirty(flow())).toBe(true);
    documents.undo();
    documents.undo();
    expect(isDirty(flow())).toBe(false);
  });

  test("typing in one field is one step; a pause begins the next", () => {
    const { documents, flow, pass } = opened();
    for (const text of ["P", "Pu", "Pum", "Pump"]) {
      documents.edit("step.configure", rename("a", text), "node/a");
      pass(200);
    }
    expect(flow().history.past).toHaveLength(1);
    pass(5_000);
    documents.edit("step.configure", rename("a", "Pump 1"), "node/a");
    expect(flow().history.past).toHaveLength(2);
    documents.undo();
    documents.undo();
    expect(flow().history.present).toBe(start);
  });

  test("an edit that changes nothing is no step", () => {
    const { documents, flow } = opened();
    documents.edit("step.move", (d) => place(d, new Map([["a", { x: 0, y: 0 }]])));
    expect(flow().history.past).toHaveLength(0);
  });

  test("a new edit forgets what could have been redone", () => {
    const { documents, flow } = opened();
    documents.edit("step.configure", rename("a", "A"));
    documents.undo();
    documents.edit("step.configure", rename("b", "B"));
    documents.redo();
    expect(flow().history.present.nodes.map(({ name }) => name)).toEqual(["", "B", ""]);
  });

  test("what is no longer there is no longer selected", () => {
    const { documents } = opened();
    documents.edit("step.add", (d) => addNode(d, { id: "x", type: "rule.x", name: "", config: {} }, { x: 0, y: 0 }));
    documents.select({ nodes: new Set(["x", "a"]) });
    documents.undo();
    expect([...documents.getState().selection.nodes]).toEqual(["a"]);
  });
});

describe("unsaved", () => {
  test("a value changed and changed back by hand is not unsaved", () => {
    const { documents, flow } = opened();
    documents.edit("step.configure", rename("a", "A"));
    documents.edit("step.configure", rename("a", ""));
    expect(isDirty(flow())).toBe(false);
  });

  test("ends with the deployment, and undo after it is a change again", () => {
    const { documents, flow } = opened();
    documents.edit("step.configure", rename("a", "A"));
    documents.deployed(storedFlow(flow().history.present, 2));
    expect(isDirty(flow())).toBe(false);
    documents.undo();
    expect(isDirty(flow())).toBe(true);
    documents.redo();
    expect(isDirty(flow())).toBe(false);
  });

  test("edits made while a deployment was on its way stay unsaved", () => {
    const { documents, flow } = opened();
    documents.edit("step.configure", rename("a", "A"));
    const sent = flow().history.present;
    documents.edit("step.configure", rename("b", "B"));
    documents.deployed(storedFlow(sent, 2));
    expect(isDirty(flow())).toBe(true);
  });

  test("a flow without places gets some to be drawn with, and that is no change", () => {
    const { flow, present } = opened({ ...start, layout: { nodes: {}, groups: [], notes: [] } });
    expect(Object.keys(present().layout.nodes).sort()).toEqual(["a", "b", "c"]);
    expect(isDirty(flow())).toBe(false);
  });
});

describe("somebody else deploys", () => {
  const theirs = storedFlow(rename("c", "Theirs")(start), 2);

  test("a flow without changes of its own follows", () => {
    const { documents, present } = opened();
    documents.follow("boiler", theirs);
    expect(present()).toEqual(theirs.document);
  });

  test("a flow with changes keeps them and knows of the newer one", () => {
    const { documents, flow, present } = opened();
    documents.edit("step.configure", rename("a", "Mine"));
    documents.follow("boiler", theirs);
    expect(present().nodes[0]?.name).toBe("Mine");
    expect(flow().newer).toEqual(theirs);
    documents.settle("boiler", rename("c", "Theirs")(present()), theirs);
    expect(flow().newer).toBeUndefined();
    expect(flow().base?.revision).toBe(2);
    expect(isDirty(flow())).toBe(true);
  });

  test("a flow they removed is gone, unless it has changes", () => {
    const { documents } = opened();
    documents.follow("boiler", null);
    expect(documents.getState().order).toEqual([]);
  });
});

describe("flows", () => {
  test("one that was never deployed is gone when removed; a deployed one waits for the deployment", () => {
    const { documents } = opened();
    documents.add(flowOf([], [], "new"));
    documents.remove("new");
    expect(documents.getState().order).toEqual(["boiler"]);
    documents.remove("boiler");
    expect(documents.getState().flows["boiler"]?.removed).toBe(true);
  });

  test("each has a history of its own", () => {
    const { documents, present } = opened();
    documents.edit("step.configure", rename("a", "A"));
    documents.add(flowOf(["rule.z"], [], "other"));
    documents.undo();
    documents.open("boiler");
    expect(present().nodes[0]?.name).toBe("A");
  });
});
