import { useMemo } from "react";
import type { Problem } from "../../server/api/contract.ts";
import { ProblemsList } from "../debug/ProblemsList.tsx";
import { useCheck, useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { locate, nodeName } from "./locate.ts";

/** Problems of all flows, those that keep a flow from being deployed first. */
export function useProblems(): readonly Problem[] {
  const flows = useCheck((check) => check.flows);
  return useMemo(() => {
    const all = Object.entries(flows).flatMap(([flow, { problems }]) =>
      problems.map((problem) => ({ flow, ...problem })),
    );
    return [
      ...all.filter(({ severity }) => severity === "error"),
      ...all.filter(({ severity }) => severity !== "error"),
    ];
  }, [flows]);
}

export function Problems() {
  const editor = useEditor();
  const problems = useProblems();
  return (
    <ProblemsList
      problems={problems}
      nodeName={(flow, node) => nodeName(editor, flow, node)}
      onLocate={({ flow = "", node }) =>
        node === undefined ? editor.documents.open(flow) : locate(editor, nodeKey(flow, node))
      }
    />
  );
}

export function ProblemCount() {
  const problems = useProblems();
  if (problems.length === 0) return null;
  const severity = problems.some((problem) => problem.severity === "error") ? "error" : "warning";
  return (
    <span className="drawer__count number" data-severity={severity}>
      {problems.length}
    </span>
  );
}
