import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flowDocument } from "../../flows/format/document.ts";
import { writeDocument } from "../../flows/format/write.ts";
import { StoreError } from "../store/store-error.ts";
import { startTestApi, temporaryFolder, testFlow } from "./testing.ts";

const flowsOf = (plan: { flows: readonly { id: string }[] } | undefined) => plan?.flows.map(({ id }) => id);
function putFile(folder: string, id: string, text: string) {
  mkdirSync(join(folder, "flows"), { recursive: true });
  writeFileSync(join(folder, "flows", `${id}.flow.json`), text);
}
const fileText = (id: string, changes = {}) => writeDocument(flowDocument.parse(testFlow(id, changes)));
const broken = { nodes: [{ id: "hot", type: "rule.limit", config: { above: "eighty" } }] };
const unknownType = { nodes: [{ id: "x", type: "rule.unheard-of", config: {} }] };

describe("at the start", () => {
  test("the flows of the files run", async () => {
    const folder = temporaryFolder();
    putFile(folder, "boiler", fileText("boiler"));
    const { runtime, call } = await startTestApi({ folder });
    expect(runtime.applied.map(flowsOf)).toEqual([["boiler"]]);
    expect((await call("GET", "/api/flows")).json).toMatchObject([
      { document: { id: "boiler" }, revision: 0, author: "file", problems: [] },
    ]);
  });
  test("a flow that cannot run does not stop the others, is kept, and says why", async () => {
    const folder = temporaryFolder();
    putFile(folder, "good", fileText("good"));
    putFile(folder, "odd", fileText("odd", unknownType));
    putFile(folder, "torn", '{"format":');
    const { runtime, call } = await startTestApi({ folder });
    expect(runtime.applied.map(flowsOf)).toEqual([["good"]]);
    const flows = (await call("GET", "/api/flows")).json;
    expect(flows.map(({ document }: { document: { id: string } }) => document.id)).toEqual(["good", "odd"]);
    expect(flows[1].problems).toMatchObject([{ severity: "error", flow: "odd", node: "x" }]);
    expect((await call("GET", "/api/health")).json).toMatchObject({ status: "degraded", runtime: { flows: 1 } });
  });
  test("a flow that cannot start is left out and the others are tried again", async () => {
    const folder = temporaryFolder();
    for (const id of ["a", "b", "c"]) putFile(folder, id, fileText(id));
    const problem = { code: "cannot-start", severity: "error", flow: "b", message: "port in use" } as const;
    const { runtime, call } = await startTestApi({
      folder,
      answer: (plan) =>
        plan.flows.some(({ id }) => id === "b")
          ? { ok: false, problems: [problem] }
          : { ok: true, changes: { started: 2, restarted: 0, rewired: 0, stopped: 0, kept: 0 } },
    });
    expect(runtime.applied.map(flowsOf)).toEqual([
      ["a", "b", "c"],
      ["a", "c"],
    ]);
    expect((await call("GET", "/api/flows/b")).json.problems).toEqual([problem]);
  });
});

describe("a deployment", () => {
  test("runs, is a file and a revision, and answers what it did", async () => {
    const { call, runtime, folder } = await startTestApi();
    const answer = await call("POST", "/api/deploy", {
      flows: [{ id: "boiler", baseRevision: 0, document: testFlow("boiler") }],
      message: "first",
    });
    expect(answer).toMatchObject({
      status: 200,
      json: { flows: [{ id: "boiler", revision: 1 }], changes: { started: 1 } },
    });
    expect(flowsOf(runtime.applied.at(-1))).toEqual(["boiler"]);
    expect(readFileSync(join(folder, "flows/boiler.flow.json"), "utf8")).toBe(fileText("boiler"));
    expect((await call("GET", "/api/flows/boiler/revisions")).json).toMatchObject([{ revision: 1, message: "first" }]);
    expect((await call("GET", "/api/plan")).json.flows).toHaveLength(1);
  });
  test("with an error changes nothing and says what is wrong", async () => {
    const { call, runtime, folder } = await startTestApi();
    const before = runtime.applied.length;
    for (const document of [testFlow("boiler", broken), testFlow("boiler", { nodez: [] }), testFlow("other"), "text"]) {
      const answer = await call("POST", "/api/deploy", { flows: [{ id: "boiler", baseRevision: 0, document }] });
      expect(answer.status).toBe(422);
      expect(answer.json.error).toEqual({ code: "refused", message: expect.stringMatching(/^not deployed: ./) });
      expect(answer.json.problems[0]).toMatchObject({ severity: "error", flow: "boiler" });
    }
    expect(runtime.applied).toHaveLength(before);
    expect(existsSync(join(folder, "flows/boiler.flow.json"))).toBe(false);
  });
  test("of several flows is all or nothing", async () => {
    const { call } = await startTestApi();
    const answer = await call("POST", "/api/deploy", {
      flows: [
        { id: "good", baseRevision: 0, document: testFlow("good") },
        { id: "bad", baseRevision: 0, document: testFlow("bad", broken) },
      ],
    });
    expect(answer.status).toBe(422);
    expect((await call("GET", "/api/flows")).json).toEqual([]);
  });
  test("of a flow that is not enabled may be unfinished", async () => {
    const { call } = await startTestApi();
    const document = testFlow("draft", { ...broken, enabled: false });
    const answer = await call("POST", "/api/deploy", { flows: [{ id: "draft", baseRevision: 0, document }] });
    expect(answer.status).toBe(200);
    expect((await call("GET", "/api/flows/draft")).json.problems).toMatchObject([{ severity: "error" }]);
  });
  test("based on an old revision is a conflict that shows the present one", async () => {
    const { call } = await startTestApi();
    const deploy = (baseRevision: number, name: string) =>
      call("POST", "/api/deploy", { flows: [{ id: "boiler", baseRevision, document: testFlow("boiler", { name }) }] });
    await deploy(0, "one");
    await deploy(1, "two");
    const answer = await deploy(1, "mine");
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({
      error: { code: "conflict" },
      conflicts: [{ id: "boiler", current: { revision: 2, document: { name: "two" } } }],
    });
    expect((await deploy(2, "mine")).status).toBe(200);
    const gone = await call("POST", "/api/deploy", {
      flows: [{ id: "ghost", baseRevision: 4, document: testFlow("ghost") }],
    });
    expect(gone.json.conflicts).toEqual([{ id: "ghost", current: null }]);
  });
  test("that the runtime cannot start leaves what ran", async () => {
    const { call, runtime } = await startTestApi();
    const problems = [
      { code: "cannot-start", severity: "error", flow: "boiler", node: "in", message: "no such port" },
    ] as const;
    runtime.answer = () => ({ ok: false, problems });
    const answer = await call("POST", "/api/deploy", {
      flows: [{ id: "boiler", baseRevision: 0, document: testFlow("boiler") }],
    });
    expect(answer).toMatchObject({ status: 422, json: { error: { message: "not deployed: no such port" }, problems } });
    expect((await call("GET", "/api/plan")).json.flows).toEqual([]);
    expect((await call("GET", "/api/flows")).json).toEqual([]);
  });
  test("that cannot be stored is undone: 507 when the disk is full, and the old plan runs", async () => {
    const { call, runtime } = await startTestApi({
      store: (store) => ({
        nodeStates: store.nodeStates,
        users: store.users,
        audit: store.audit,
        alarms: store.alarms,
        secrets: store.secrets,
        deadLetterActions: store.deadLetterActions,
        readFlows: () => store.readFlows(),
        isUnused: () => store.isUnused(),
        revisions: (flow) => store.revisions(flow),
        revision: (flow, revision) => store.revision(flow, revision),
        backup: (file) => store.backup(file),
        close: () => store.close(),
        commit() {
          throw new StoreError("full", "cannot write: the disk is full.");
        },
      }),
    });
    const answer = await call("PUT", "/api/flows/boiler", testFlow("boiler"), { "if-match": '"0"' });
    expect(answer).toMatchObject({ status: 507, json: { error: { code: "disk-full" } } });
    expect(runtime.applied.map(flowsOf)).toEqual([[], ["boiler"], []]);
    expect((await call("GET", "/api/plan")).json.flows).toEqual([]);
  });
  test("waits for the one before it", async () => {
    const { call, runtime } = await startTestApi();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    runtime.answer = async () => {
      await gate;
      return { ok: true, changes: { started: 0, restarted: 0, rewired: 0, stopped: 0, kept: 0 } };
    };
    const put = (base: number) => call("PUT", "/api/flows/boiler", testFlow("boiler"), { "if-match": `"${base}"` });
    const both = [put(0), put(0)];
    open();
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409]);
    expect(runtime.applied).toHaveLength(2);
  });
  test("does not overwrite a file that was edited meanwhile", async () => {
    const { call, folder } = await startTestApi();
    const put = (base: number) => call("PUT", "/api/flows/boiler", testFlow("boiler"), { "if-match": `"${base}"` });
    await put(0);
    putFile(folder, "boiler", fileText("boiler", { name: "by hand" }));
    const answer = await put(1);
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({
      error: { message: expect.stringMatching(/edited on disk/) },
      conflicts: [{ id: "boiler", current: { author: "file", document: { name: "by hand" } } }],
    });
    expect((await put(1)).status).toBe(200);
  });
  test("does not overwrite a file that cannot be read", async () => {
    const folder = temporaryFolder();
    putFile(folder, "torn", "{");
    const { call } = await startTestApi({ folder });
    const answer = await call("PUT", "/api/flows/torn", testFlow("torn"), { "if-match": '"0"' });
    expect(answer).toMatchObject({ status: 409, json: { error: { code: "unreadable-file" } } });
    expect(readFileSync(join(folder, "flows/torn.flow.json"), "utf8")).toBe("{");
  });
});

describe("one flow", () => {
  test("is put and deleted by its revision, which GET shows as the ETag", async () => {
    const { call, runtime, folder } = await startTestApi();
    const put = await call("PUT", "/api/flows/boiler", testFlow("boiler"), { "if-match": '"0"' });
    expect(put).toMatchObject({ status: 200, json: { flows: [{ id: "boiler", revision: 1 }] } });
    const got = await call("GET", "/api/flows/boiler");
    expect(got.headers.get("etag")).toBe('"1"');
    expect((await call("DELETE", "/api/flows/boiler")).status).toBe(428);
    expect((await call("DELETE", "/api/flows/boiler", undefined, { "if-match": '"1"' })).status).toBe(200);
    expect(flowsOf(runtime.applied.at(-1))).toEqual([]);
    expect(existsSync(join(folder, "flows/boiler.flow.json"))).toBe(false);
    expect((await call("GET", "/api/flows/boiler")).json.error).toEqual({
      code: "no-flow",
      message: 'there is no flow "boiler"',
    });
    expect((await call("DELETE", "/api/flows/boiler", undefined, { "if-match": '"0"' })).status).toBe(404);
  });
  test("can be had as it was", async () => {
    const { call } = await startTestApi();
    for (const [base, name] of [
      [0, "one"],
      [1, "two"],
    ] as const)
      await call("PUT", "/api/flows/boiler", testFlow("boiler", { name }), { "if-match": `"${base}"` });
    expect((await call("GET", "/api/flows/boiler/revisions/1")).json).toMatchObject({
      revision: 1,
      document: { name: "one" },
    });
    expect((await call("GET", "/api/flows/boiler/revisions/9")).status).toBe(404);
    expect((await call("GET", "/api/flows/boiler/revisions/x")).status).toBe(404);
    expect((await call("GET", "/api/flows/ghost/revisions")).status).toBe(404);
  });
  test("is checked beside all others without changing anything", async () => {
    const { call, runtime } = await startTestApi();
    const answer = await call("POST", "/api/check", { document: testFlow("boiler") });
    expect(answer.json).toMatchObject({ nodes: { hot: { line: "value > 80", reads: ["iot.processed.>"] } } });
    const wrong = await call("POST", "/api/check", { document: testFlow("boiler", broken) });
    expect(wrong.json.problems).toContainEqual(
      expect.objectContaining({ severity: "error", flow: "boiler", node: "hot", path: ["above"] }),
    );
    expect((await call("POST", "/api/check", { document: 7 })).json.problems).toHaveLength(1);
    expect(runtime.applied).toHaveLength(1);
  });
});
