import { useEffect, useRef, useState } from "react";

/**
 * What `load` answers, asked again whenever `version` goes up; never twice at the same time, so that a flood of changes
 * costs one request after the other. What was shown stays until there is something newer, unless `load` itself changed.
 */
export function usePolled<Answer>(load: () => Promise<Answer>, version: number) {
  const [answer, setAnswer] = useState<{ readonly by: unknown; readonly value: Answer }>();
  const [problem, setProblem] = useState("");
  const asked = useRef<{ load: () => Promise<Answer>; isRunning: boolean; isDue: boolean }>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to ask again
  useEffect(() => {
    if (asked.current?.load !== load) asked.current = { load, isRunning: false, isDue: false };
    const { current } = asked;
    const ask = async () => {
      if (current.isRunning) {
        current.isDue = true;
        return;
      }
      current.isRunning = true;
      try {
        const value = await load();
        if (asked.current === current) setAnswer({ by: load, value });
        if (asked.current === current) setProblem("");
      } catch (error) {
        if (asked.current === current) setProblem((error as Error).message);
      }
      current.isRunning = false;
      if (!current.isDue || asked.current !== current) return;
      current.isDue = false;
      await ask();
    };
    void ask();
  }, [load, version]);
  useEffect(
    () => () => {
      asked.current = undefined;
    },
    [],
  );
  return { answer: answer?.by === load ? answer.value : undefined, problem };
}
