import { expect, test, vi } from "vitest";
import type { DeployAnswer, DeployRequest } from "../../server/api/contract.ts";
import { RequestError } from "../gateway/request.ts";
import { createDeployment, intentOf } from "./deployment.ts";
import { createDocuments, isDirty } from "./document.ts";
import { setNode } from "./edits.ts";
import { flowOf, storedFlow } from "./testing.ts";

const start = flowOf(["adapter.a", "sink.b"], ["a>b"]);
const changes = { started: 0, restarted: 1, rewired: 0, stopped: 0, kept: 1 };

function edited() {
  const documents = createDocuments();
  documents.load([storedFlow(start, 4)], {});
  documents.edit("step.configure", (document) =>
    setNode(document, { id: "a", type: "adapter.a", name: "A", config: {} }),
  );
  return documents;
}
function deploying(documents: ReturnType<typeof edited>, send: (request: DeployRequest) => Promise<DeployAnswer>) {
  const check = { refused: vi.fn() };
  return { check, deployment: createDeployment(documents, check, send) };
}

test("sends what changed with the revision it is based on, and takes the new one over", async () => {
  const documents = edited();
  const send = vi.fn(async () => ({ flows: [{ id: "boiler", revision: 5 }], warnings: [], changes }));
  const { deployment } = deploying(documents, send);
  const outcome = await deployment.run(["boiler"], "hotter");
  expect(outcome.kind).toBe("done");
  const document = documents.getState().flows["boiler"]?.history.present;
  expect(send).toHaveBeenCalledWith({ flows: [{ id: "boiler", baseRevision: 4, document }], message: "hotter" });
  expect(documents.getState().flows["boiler"]?.base?.revision).toBe(5);
  expect(Object.values(documents.getState().flows).some(isDirty)).toBe(false);
});

test("has nothing to send when nothing changed", async () => {
  const documents = edited();
  documents.undo();
  const send = vi.fn();
  expect(await deploying(documents, send).deployment.run(["boiler"])).toEqual({ kind: "nothing" });
  expect(send).not.toHaveBeenCalled();
});

test("on a conflict keeps mine and knows theirs, and asks again only when they are brought together", async () => {
  const documents = edited();
  const theirs = storedFlow({ ...start, name: "Theirs" }, 5);
  const body = { error: { code: "conflict", message: "" }, conflicts: [{ id: "boiler", current: theirs }] };
  const send = vi.fn(async () => Promise.reject(new RequestError(409, "conflict", "", body)));
  const { deployment } = deploying(documents, send);
  expect(await deployment.run(["boiler"])).toEqual({ kind: "conflict", flows: ["boiler"] });
  expect(documents.getState().flows["boiler"]?.newer?.revision).toBe(5);
  expect(documents.getState().flows["boiler"]?.history.present.nodes[0]?.name).toBe("A");
  await deployment.run(["boiler"]);
  expect(send).toHaveBeenCalledTimes(1);
});

test("shows the problems it was refused for", async () => {
  const problems = [{ code: "bad-config", severity: "error" as const, flow: "boiler", node: "a", message: "no" }];
  const refusal = new RequestError(422, "refused", "", { error: { code: "refused", message: "" }, problems });
  const { deployment, check } = deploying(edited(), () => Promise.reject(refusal));
  expect(await deployment.run(["boiler"])).toEqual({ kind: "refused", problems });
  expect(check.refused).toHaveBeenCalledWith(problems);
});

test("says why it failed otherwise, and can be tried again", async () => {
  const { deployment } = deploying(edited(), () => Promise.reject(new RequestError(0, "unreachable", "no line")));
  expect(await deployment.run(["boiler"])).toEqual({ kind: "failed", message: "no line" });
  expect(deployment.getState().busy).toBe(false);
});

test("a removed flow is sent as null and gone afterwards", async () => {
  const documents = edited();
  documents.remove("boiler");
  const send = vi.fn(async () => ({ flows: [{ id: "boiler", revision: 0 }], warnings: [], changes }));
  await deploying(documents, send).deployment.run(["boiler"]);
  expect(send).toHaveBeenCalledWith({ flows: [{ id: "boiler", baseRevision: 4, document: null }] });
  expect(documents.getState().order).toEqual([]);
});

test("says beforehand what will happen", () => {
  const documents = edited();
  documents.add(flowOf(["rule.x"], [], "new"));
  expect(intentOf(documents.getState())).toMatchObject({
    flows: ["boiler", "new"],
    added: 1,
    changed: 1,
    removed: 0,
    kept: 1,
  });
});
