/** Everything one open editor consists of, put together once and handed to the components. */
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { CatalogDescription, NodeDescription } from "../../server/api/contract.ts";
import type { Account } from "../account/account.ts";
import type { Secrets } from "../account/secrets.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { Samples } from "../debug/samples.ts";
import type { LiveFeed } from "../gateway/live.ts";
import type { Subjects } from "../subjects/subjects.ts";
import type { FollowedTrace, Traces } from "../trace/trace.ts";
import type { Benches } from "../trial/bench.ts";
import type { Check, CheckState } from "./check.ts";
import type { Deployment } from "./deployment.ts";
import type { DocumentState, Documents } from "./document.ts";
import type { Place } from "./edits.ts";
import { type Link, type Live, type NodeLive, nodeKey, type Overview } from "./live.ts";
import type { View, ViewState } from "./view.ts";

/** What the canvas can be asked to do from outside; the canvas sets it while it is on the screen. */
export interface CanvasHandle {
  fit(): void;
  zoomBy(factor: number): void;
  centre(nodes: readonly string[]): void;
  /** Moves just as far as it takes to see a card at this place. */
  reveal(card: Place): void;
  /** Where a point of the screen lies on the canvas. */
  placeOf(screen: Place): Place;
  /** The middle of what is visible, on the screen. */
  middle(): Place;
}

export interface Editor {
  readonly account: Account;
  readonly secrets: Secrets;
  readonly catalog: CatalogDescription;
  /** The catalog's node types by name. */
  readonly types: ReadonlyMap<string, NodeDescription>;
  readonly documents: Documents;
  readonly live: Live;
  readonly check: Check;
  readonly view: View;
  readonly samples: Samples;
  readonly subjects: Subjects;
  readonly alarms: Alarms;
  readonly benches: Benches;
  readonly traces: Traces;
  readonly deployment: Deployment;
  readonly feed: LiveFeed;
  readonly canvas: { current: CanvasHandle | undefined };
}

export const EditorContext = createContext<Editor | undefined>(undefined);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (editor === undefined) throw new Error("rendered outside of EditorContext");
  return editor;
}

/** `select` must answer the same object for the same state, or the component renders for ever. */
export function useDocuments<Slice>(select: (state: DocumentState) => Slice): Slice {
  return useStore(useEditor().documents, select);
}
export function useView<Slice>(select: (state: ViewState) => Slice): Slice {
  return useStore(useEditor().view, select);
}
export function useCheck<Slice>(select: (state: CheckState) => Slice): Slice {
  return useStore(useEditor().check, select);
}

/** What `read` makes of one node's live slice. The component renders again only when that changes. */
export function useNodeLive<Slice>(flow: string, node: string, read: (live: NodeLive | undefined) => Slice): Slice {
  const { live } = useEditor();
  const key = nodeKey(flow, node);
  const subscribe = useCallback((listener: () => void) => live.subscribe(key, listener), [live, key]);
  return useSyncExternalStore(subscribe, () => read(live.node(key)));
}

export function useOverview<Slice>(read: (overview: Overview) => Slice): Slice {
  const { live } = useEditor();
  const subscribe = useCallback((listener: () => void) => live.subscribe("overview", listener), [live]);
  return useSyncExternalStore(subscribe, () => read(live.overview()));
}

/** The message that is followed, or what `read` makes of it. */
export function useTrace<Slice>(read: (followed: FollowedTrace | undefined) => Slice): Slice {
  return useStore(useEditor().traces, ({ followed }) => read(followed));
}

export function useLink(): Link {
  const { live } = useEditor();
  const subscribe = useCallback((listener: () => void) => live.subscribe("link", listener), [live]);
  return useSyncExternalStore(subscribe, live.link);
}
