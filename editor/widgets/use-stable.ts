import { useCallback, useLayoutEffect, useRef } from "react";

/**
 * The same function as long as the component lives; a call reaches the latest one it was given. For children that are
 * drawn again only when their properties change.
 */
export function useStable<Arguments extends unknown[]>(
  call: (...values: Arguments) => void,
): (...values: Arguments) => void {
  const latest = useRef(call);
  useLayoutEffect(() => {
    latest.current = call;
  });
  return useCallback((...values) => latest.current(...values), []);
}
