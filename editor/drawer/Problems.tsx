import { useMemo } from "react";
import type { Problem } from "../../server/api/contract.ts";
import { ProblemsList } from "../debug/ProblemsList.tsx";
import { useCheck, useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { locate, nodeName } from "./locate.ts";

/** Problems of all flows, those that keep a flow from being deployed first. */
function useProblems(): readonly Problem[] {
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

interface ProblemCounts {
  readonly errors: number;
  readonly warnings: number;
}

export function useProblemCounts(): ProblemCounts {
  const problems = useProblems();
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: problems.length - errors };
}

export function ProblemCount() {
  const { errors, warnings } = useProblemCounts();
  return (
    <>
      {errors > 0 && (
        <span className="drawer__count number" data-severity="error">
          {errors}
        </span>
      )}
      {warnings > 0 && (
        <span className="drawer__count number" data-severity="warning">
          {warnings}
        </span>
      )}
    </>
  );
}
