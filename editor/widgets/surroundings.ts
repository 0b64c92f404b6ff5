/** What widgets need to know of the flow around the configuration they edit. */
import { createContext, useContext } from "react";
import type { ConnectionDescription, FlowConnection, ProbeAnswer } from "../../server/api/contract.ts";
import type { CodeHelp } from "../code/code-help.ts";
import { noProblems, type PlacedProblem } from "./place-problems.ts";

export interface Surroundings {
  readonly connections: readonly FlowConnection[];
  readonly connectionTypes: readonly ConnectionDescription[];
  /** How many nodes of the flow use the connection. */
  users(connection: string): number;
  /** What code fields can ask the gateway; plain text fields where there is none. */
  readonly code?: CodeHelp | undefined;
  /** The gateway's secrets; their names are typed where they are not known. */
  readonly secrets?: SecretNames | undefined;
  /** Reads a tag of the node from its device, as it is configured now; `undefined` where that cannot be done. Rejects with why not. */
  readonly readTag?: ((key: string) => Promise<ProbeAnswer>) | undefined;
  problemsOf(connection: string): readonly PlacedProblem[];
  onConnectionsChange(connections: readonly FlowConnection[]): void;
}

export interface SecretNames {
  readonly names: readonly string[];
  /** Asks again which there are. */
  look(): void;
  /** Stores one, or replaces its value. Rejects with what the gateway has against it. */
  put(name: string, value: string): Promise<void>;
}

export const SurroundingsContext = createContext<Surroundings>({
  connections: [],
  connectionTypes: [],
  users: () => 0,
  problemsOf: () => noProblems,
  onConnectionsChange: () => undefined,
});

export function useSurroundings(): Surroundings {
  return useContext(SurroundingsContext);
}
