import { useCallback, useEffect, useState } from "react";

/** A list that the gateway keeps. `load` must be the same function at every render. */
export function useList<Item>(load: () => Promise<readonly Item[]>) {
  const [list, setList] = useState<readonly Item[]>();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const read = useCallback(async () => setList(await load()), [load]);
  useEffect(() => {
    read().catch((error: Error) => setProblem(error.message));
  }, [read]);
  /** Does something and reads the list again; false when the gateway refused, which `problem` then says. */
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem("");
    try {
      await work();
      return true;
    } catch (error) {
      setProblem((error as Error).message);
      return false;
    } finally {
      await read().catch((error: Error) => setProblem(error.message));
      setBusy(false);
    }
  };
  return { list, problem, busy, act };
}
