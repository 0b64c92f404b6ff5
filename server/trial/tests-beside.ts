import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text of the tests beside a flow's file; `undefined` when there are none. Throws when they cannot be read. */
export function testsBeside(flowsDir: string, flow: string): string | undefined {
  try {
    return readFileSync(join(flowsDir, `${flow}.test.yaml`), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
