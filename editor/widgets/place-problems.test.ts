import { expect, test } from "vitest";
import type { Problem } from "../../server/api/contract.ts";
import { placeProblems, problemsOfConnection, problemsOfNode } from "./place-problems.ts";

const problem = (path?: Problem["path"], node: string | null = "n1"): Problem => ({
  code: "bad-config",
  severity: "error",
  message: `at ${path?.join(".")}`,
  ...(node === null ? {} : { node }),
  ...(path === undefined ? {} : { path }),
});
const ofNode = (...paths: (Problem["path"] | undefined)[]) =>
  problemsOfNode(
    paths.map((path) => problem(path)),
    "n1",
  );

test("a problem goes down to the field its path begins with", () => {
  const { here, below } = placeProblems(ofNode(["topics", 1, "filter"]), ["topics", "qos"]);
  expect(here).toEqual([]);
  expect(below.get("topics")).toMatchObject([{ path: [1, "filter"] }]);
});

test("a problem for which nothing is shown stays on top, with what remains of its path", () => {
  const { here } = placeProblems(ofNode(["hidden", 0], undefined, []), ["topics"]);
  expect(here.map(({ path }) => path)).toEqual([["hidden", 0], [], []]);
});

test("rows are found by their index, and rows that are gone are reported on the table", () => {
  const { below } = placeProblems(ofNode(["tags", 1, "name"], ["tags", 7, "name"]), ["tags"]);
  const rows = placeProblems(below.get("tags") ?? [], [0, 1, 2]);
  expect(rows.below.get("1")).toMatchObject([{ path: ["name"] }]);
  expect(rows.here).toMatchObject([{ path: [7, "name"] }]);
});

test("only the node's own problems are shown with it", () => {
  const problems = [problem(["a"], "n1"), problem(["b"], "n2"), problem(["c"], null)];
  expect(problemsOfNode(problems, "n1").map(({ path }) => path)).toEqual([["a"]]);
});

test("a path through the document's connections leads into the connection's form", () => {
  const problems: Problem[] = [
    { code: "x", severity: "error", message: "m", path: ["connections", 1, "config", "host"] },
    { code: "x", severity: "error", message: "m", path: ["connections", 1, "type"] },
    { code: "x", severity: "error", message: "m", path: ["connections", 0, "config"] },
    { code: "x", severity: "error", message: "m", node: "n1", path: ["connections", 1, "config"] },
  ];
  expect(problemsOfConnection(problems, 1).map(({ path }) => path)).toEqual([["host"], []]);
});
