import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FlowDocument, flowDocument } from "../../flows/format/document.ts";
import { writeDocument } from "../../flows/format/write.ts";
import { createLog } from "../log.ts";
import { openStore, type Store } from "./store.ts";
import { StoreError, storeError } from "./store-error.ts";

const log = createLog({ level: "silent", format: "json" });
let folder: string;
let store: Store | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-store-"));
});
afterEach(() => {
  store?.close();
  store = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, "data");
const flowsDir = () => join(folder, "flows");
const databaseFile = () => join(dataDir(), "sluice.db");
const flowFile = (id: string) => join(flowsDir(), `${id}.flow.json`);
function open(): Store {
  store?.close();
  store = openStore({ dataDir: dataDir(), flowsDir: flowsDir(), log });
  return store;
}
const flow = (id: string, name = ""): FlowDocument => flowDocument.parse({ format: 1, id, name });
const commit = (opened: Store, ...documents: FlowDocument[]) =>
  opened.commit({
    flows: documents.map((document) => ({ id: document.id, document })),
    author: "ada",
    message: "because",
  });

describe("a deployment", () => {
  test("is a revision and a file, and outlives a restart", () => {
    expect(commit(open(), flow("boiler", "Boiler"), flow("line-2"))).toMatchObject([
      { id: "boiler", revision: 1 },
      { id: "line-2", revision: 1 },
    ]);
    expect(commit(open(), flow("boiler", "Boiler room"))).toMatchObject([{ id: "boiler", revision: 2 }]);
    expect(open().readFlows()).toMatchObject([
      { id: "boiler", document: { name: "Boiler room" }, revision: 2, author: "ada", problems: [] },
      { id: "line-2", revision: 1, author: "ada" },
    ]);
    expect(readFileSync(flowFile("boiler"), "utf8")).toBe(writeDocument(flow("boiler", "Boiler room")));
    expect(readdirSync(flowsDir())).toEqual(["boiler.flow.json", "line-2.flow.json"]);
  });
  test("keeps every revision with its author and message", () => {
    const opened = open();
    commit(opened, flow("boiler", "one"));
    commit(opened, flow("boiler", "two"));
    expect(opened.revisions("boiler")).toMatchObject([
      { revision: 2, author: "ada", message: "because", deployedAt: expect.stringMatching(/Z$/) },
      { revision: 1 },
    ]);
    expect(opened.revision("boiler", 1)?.text).toBe(writeDocument(flow("boiler", "one")));
    expect(opened.revision("boiler", 3)).toBeUndefined();
  });
  test("can remove a flow, whose numbers go on when it comes back", () => {
    const opened = open();
    commit(opened, flow("boiler"));
    opened.commit({ flows: [{ id: "boiler", document: null }], author: "ada", message: "" });
    expect(existsSync(flowFile("boiler"))).toBe(false);
    expect(open().readFlows()).toEqual([]);
    expect(store?.revision("boiler", 2)?.text).toBeUndefined();
    expect(commit(open(), flow("boiler"))).toMatchObject([{ revision: 3 }]);
  });
  test("a gateway is unused before its first deployment only", () => {
    const opened = open();
    expect(opened.isUnused()).toBe(true);
    commit(opened, flow("boiler"));
    opened.commit({ flows: [{ id: "boiler", document: null }], author: "ada", message: "" });
    expect(opened.isUnused()).toBe(false);
  });
});

describe("the flow files are what runs", () => {
  test("a file edited by hand keeps the revision's number and says so", () => {
    commit(open(), flow("boiler", "deployed"));
    writeFileSync(flowFile("boiler"), writeDocument(flow("boiler", "edited")));
    expect(open().readFlows()).toMatchObject([{ document: { name: "edited" }, revision: 1, author: "file" }]);
  });
  test("a file put there by hand was never deployed", () => {
    open();
    writeFileSync(flowFile("new"), writeDocument(flow("new")));
    expect(store?.readFlows()).toMatchObject([
      { id: "new", revision: 0, author: "file", deployedAt: expect.stringMatching(/Z$/) },
    ]);
  });
  test("a broken file says what is wrong and does not stop the others", () => {
    commit(open(), flow("good"));
    writeFileSync(flowFile("broken"), '{"format": 1,');
    writeFileSync(flowFile("newer"), '{"format": 99, "id": "newer"}');
    writeFileSync(flowFile("other"), writeDocument(flow("name-differs")));
    mkdirSync(flowFile("folder"));
    const records = open().readFlows();
    expect(records.map(({ id, document }) => [id, document !== undefined])).toEqual([
      ["broken", false],
      ["good", true],
      ["newer", false],
      ["other", false],
    ]);
    const message = (id: string) => records.find((record) => record.id === id)?.problems[0]?.message;
    expect(message("broken")).toMatch(/broken\.flow\.json is not JSON/);
    expect(message("newer")).toMatch(/made by a newer version/);
    expect(message("other")).toMatch(/rename the file to name-differs\.flow\.json/);
    expect(records.flatMap(({ problems }) => problems.map((problem) => problem.flow))).toEqual([
      "broken",
      "newer",
      "other",
    ]);
  });
});

describe("a crash in the middle of a deployment", () => {
  test("before the transaction leaves the old version and no litter", () => {
    commit(open(), flow("boiler", "old"));
    writeFileSync(`${flowFile("boiler")}.new`, "half a fi");
    expect(open().readFlows()).toMatchObject([{ document: { name: "old" }, revision: 1, author: "ada" }]);
    expect(readdirSync(flowsDir())).toEqual(["boiler.flow.json"]);
  });
  test("after the transaction ends as the new version in all flows", () => {
    commit(open(), flow("boiler", "old"), flow("line-2", "old"), flow("gone"));
    store?.commit({
      flows: [
        { id: "boiler", document: flow("boiler", "new") },
        { id: "line-2", document: flow("line-2", "new") },
        { id: "gone", document: null },
      ],
      author: "ada",
      message: "",
    });
    store?.close();
    // As it was when the process died after the first rename.
    writeFileSync(flowFile("line-2"), writeDocument(flow("line-2", "old")));
    writeFileSync(flowFile("gone"), writeDocument(flow("gone")));
    const database = new Sqlite(databaseFile());
    database.prepare("UPDATE deployments SET files_written = 0 WHERE id = 2").run();
    database.close();

    const names = () =>
      open()
        .readFlows()
        .map(({ document, revision, author }) => [document?.name, revision, author]);
    const expected = [
      ["new", 2, "ada"],
      ["new", 2, "ada"],
    ];
    expect(names()).toEqual(expected);
    writeFileSync(flowFile("boiler"), writeDocument(flow("boiler", "edited later")));
    expect(names()[0]).toEqual(["edited later", 2, "file"]);
  });
});

describe("a disk that will not", () => {
  test("files that cannot be replaced undo the deployment", () => {
    commit(open(), flow("boiler", "old"));
    rmSync(flowFile("boiler"));
    mkdirSync(join(flowFile("boiler"), "in the way"), { recursive: true });
    expect(() => commit(store as Store, flow("line-2"), flow("boiler", "new"))).toThrow(StoreError);
    rmSync(flowFile("boiler"), { recursive: true });
    expect(store?.revisions("boiler")).toHaveLength(1);
    expect(store?.revisions("line-2")).toEqual([]);
    expect(readdirSync(flowsDir())).toEqual([]);
  });
  test("a full disk changes nothing and says so", (context) => {
    const script = `
      import { openStore } from ${JSON.stringify(new URL("store.ts", import.meta.url).href)};
      import { writeFileSync, rmSync } from "node:fs";
      const log = { warn() {}, error() {} };
      const store = openStore({ dataDir: "${folder}/disk/data", flowsDir: "${folder}/disk/flows", log });
      const commit = (name) => store.commit({ author: "ada", message: "", flows: [{ id: "boiler", document: { format: 1,
        id: "boiler", name, description: name.repeat(50000), enabled: true, delivery: "live", connections: [], nodes: [],
        wires: [], layout: { nodes: {}, groups: [], notes: [] } } }] });
      commit("a");
      try { writeFileSync("${folder}/disk/filler", Buffer.alloc(64 * 2 ** 20)); } catch {}
      try { commit("b"); console.log("accepted"); } catch (error) { console.log(error.kind, error.message); }
      console.log(store.readFlows()[0].document.name, store.revisions("boiler").length);
      rmSync("${folder}/disk/filler");
      commit("c");
      console.log(store.readFlows()[0].document.name, store.revisions("boiler").length);`;
    const file = join(folder, "script.mts");
    writeFileSync(file, script);
    mkdirSync(join(folder, "disk"));
    const shell = `mount -t tmpfs -o size=4m none '${folder}/disk' && exec '${process.execPath}' --import tsx '${file}'`;
    // Of util-linux: a mount that nobody else sees and that ends with the process.
    const privately = "unshare";
    const run = spawnSync(privately, ["-rm", "sh", "-c", shell], { encoding: "utf8", cwd: process.cwd() });
    if (run.error !== undefined || /unshare|mount:/.test(run.stderr)) {
      process.stderr.write(`SKIPPED: no private mounts here: ${run.stderr}\n`);
      context.skip();
    }
    expect(run.stdout.split("\n")).toEqual([
      expect.stringMatching(/^full cannot write flow files in .*: the disk is full\. Free some space and try again/),
      "a 1",
      "c 2",
      "",
    ]);
  });
  test("errors of the system become words", () => {
    const because = (code: string) => storeError("write x", Object.assign(new Error("raw"), { code }));
    expect(because("SQLITE_FULL")).toMatchObject({ kind: "full", message: expect.stringMatching(/disk is full/) });
    expect(because("EACCES")).toMatchObject({ kind: "denied", message: expect.stringMatching(/no permission/) });
    expect(because("SQLITE_READONLY_DBMOVED")).toMatchObject({ kind: "denied" });
    expect(because("EIO")).toMatchObject({ kind: "failed", message: "cannot write x: raw" });
  });
});

describe("the database", () => {
  test("belongs to one gateway at a time", () => {
    open();
    const lockedOut = () => openStore({ dataDir: dataDir(), flowsDir: flowsDir(), log });
    expect(lockedOut).toThrow(/another gateway is using the data folder .*data_dir/);
  });
  test.each<[string, (file: string) => void]>([
    ["full of something else", (file) => writeFileSync(file, "not a database ".repeat(5_000))],
    ["cut short", (file) => truncateSync(file, 5_000)],
    [
      "damaged in the middle",
      (file) => {
        const bytes = readFileSync(file);
        bytes.fill(0x5a, 4_096 + 100, 4_096 * 3);
        writeFileSync(file, bytes);
      },
    ],
  ])("when %s is moved aside, and the flows run from their files", (_how, damage) => {
    commit(open(), flow("boiler"));
    store?.close();
    store = undefined;
    damage(databaseFile());
    const reopened = open();
    expect(reopened.readFlows()).toMatchObject([{ id: "boiler", revision: 0, author: "file", problems: [] }]);
    expect(reopened.isUnused()).toBe(false);
    expect(readdirSync(dataDir()).filter((name) => /^sluice\.db\.corrupt-[\dTZ-]+$/.test(name))).toHaveLength(1);
    expect(commit(reopened, flow("boiler"))).toMatchObject([{ revision: 1 }]);
  });
  test("of a newer version is left alone", () => {
    open().close();
    const database = new Sqlite(databaseFile());
    database.pragma("user_version = 99");
    database.close();
    store = undefined;
    expect(open).toThrow(/made by a newer version of the gateway/);
  });
  test("that cannot be made says why", () => {
    appendFileSync(join(folder, "data"), "a file where the folder should be");
    expect(open).toThrow(/cannot open the database .*sluice\.db: /);
  });
});

describe("what nodes remember", () => {
  const change = (node: string, entries: [string, string | null][], more = {}) => ({
    flow: "f",
    node,
    basis: "b1",
    clear: false,
    entries,
    ...more,
  });
  const load = (...nodes: string[]) => (store as Store).nodeStates.load(nodes.map((node) => ({ flow: "f", node })));

  test("is put, replaced, removed and cleared by entry, and outlives a restart", () => {
    const { nodeStates } = open();
    nodeStates.save([
      change("a", [
        ["x", "1"],
        ["y", "2"],
      ]),
      change("b", [["x", "3"]]),
    ]);
    nodeStates.save([
      change("a", [
        ["x", "4"],
        ["y", null],
        ["z", "5"],
      ]),
      change("b", [["n", "6"]], { clear: true }),
    ]);
    open();
    expect(load("a", "b", "c")).toEqual([
      {
        flow: "f",
        node: "a",
        basis: "b1",
        entries: [
          ["x", "4"],
          ["z", "5"],
        ],
      },
      { flow: "f", node: "b", basis: "b1", entries: [["n", "6"]] },
    ]);
  });
  test("is saved all or not at all", () => {
    const { nodeStates } = open();
    const bad = change("b", [["x", undefined as unknown as string]]);
    expect(() => nodeStates.save([change("a", [["x", "1"]]), bad])).toThrow(StoreError);
    expect(load("a", "b")).toEqual([]);
  });
  test("ends with the flow or the node that is gone from the files", () => {
    const { nodeStates } = open();
    const of = (flow: string, node: string) => change(node, [["x", "1"]], { flow });
    nodeStates.save([of("f", "a"), of("f", "b"), of("unreadable", "a"), of("gone", "a")]);
    nodeStates.keepOnly([
      { flow: "f", nodes: ["a"] },
      { flow: "unreadable", nodes: undefined },
    ]);
    const left = nodeStates.load(
      ["f", "unreadable", "gone"].flatMap((flow) => ["a", "b"].map((node) => ({ flow, node }))),
    );
    expect(left.map(({ flow, node }) => `${flow}/${node}`)).toEqual(["f/a", "unreadable/a"]);
  });
});
