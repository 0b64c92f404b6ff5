/** How the editor itself stands: panels, dialogs, what is pointed at. Panels and language are remembered. */
import { createStore } from "zustand/vanilla";
import type { Tap } from "../../server/api/contract.ts";
import { type Language, languageOf } from "../i18n/messages.ts";
import type { Place } from "./edits.ts";

/** What can be open below the canvas, in the order of its tabs. */
export const drawerTabs = ["debug", "trial", "problems", "alarms", "subjects", "letters", "history"] as const;
export type DrawerTab = (typeof drawerTabs)[number] | "closed";

/** The loose end of a wire that a new node is to be joined to. */
export type LooseEnd =
  | { readonly kind: "output"; readonly node: string; readonly port: string }
  | { readonly kind: "input"; readonly node: string; readonly input: string };

export type Dialog =
  | { readonly kind: "add"; readonly screen: Place; readonly at: Place; readonly end?: LooseEnd }
  | { readonly kind: "commands" | "find" | "changes" | "shortcuts" | "password" | "access" }
  | { readonly kind: "conflict"; readonly flows: readonly string[] }
  | { readonly kind: "import"; readonly given?: { readonly text: string; readonly name: string } }
  | { readonly kind: "connect"; readonly node: string }
  | { readonly kind: "send"; readonly node: string | undefined };

interface Remembered {
  readonly language: Language;
  readonly drawer: DrawerTab;
  readonly drawerHeight: number;
  readonly paletteOpen: boolean;
  readonly inspectorWidth: number;
  /** Categories of the palette that are folded away. */
  readonly folded: readonly string[];
}

export interface ViewState extends Remembered {
  readonly dialog: Dialog | undefined;
  /** Key of the node that is pointed at in a list: drawn highlighted. */
  readonly highlighted: string | undefined;
  /** Key of the node whose dead letters are shown; empty for all. */
  readonly lettersOf: string;
  /** Watched until taken off, whatever is selected. */
  readonly pinned: readonly Tap[];
}

export type View = ReturnType<typeof createView>;

const storageKey = "sluice.view";

export function createView(storage: Storage, languages: readonly string[]) {
  const initial: Remembered = {
    language: languageOf(languages),
    drawer: "debug",
    drawerHeight: 240,
    paletteOpen: true,
    inspectorWidth: 340,
    folded: [],
  };
  const store = createStore<ViewState>(() => ({
    ...initial,
    ...recall(storage, initial),
    dialog: undefined,
    highlighted: undefined,
    pinned: [],
    lettersOf: "",
  }));
  const remember = (change: Partial<Remembered>) => {
    store.setState(change);
    const state = store.getState();
    const kept = Object.fromEntries(Object.keys(initial).map((key) => [key, state[key as keyof Remembered]]));
    try {
      storage.setItem(storageKey, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage costs a remembered panel width, nothing else.
    }
  };
  return {
    ...store,
    remember,
    show: (dialog: Dialog | undefined) => store.setState({ dialog }),
    highlight: (highlighted: string | undefined) => store.setState({ highlighted }),
    showLetters(lettersOf: string) {
      store.setState({ lettersOf });
      remember({ drawer: "letters" });
    },
    toggleDrawer: (tab: DrawerTab) => remember({ drawer: store.getState().drawer === tab ? "closed" : tab }),
    togglePin: (tap: Tap) =>
      store.setState(({ pinned }) => {
        const others = pinned.filter((other) => !isSameTap(other, tap));
        return { pinned: others.length === pinned.length ? [...pinned, tap] : others };
      }),
  };
}

export function isSameTap(a: Tap, b: Tap): boolean {
  return a.flow === b.flow && a.node === b.node && a.port === b.port;
}

/** Only fields of the right type are taken over: an older version may have written others. */
function recall(storage: Storage, initial: Remembered): Partial<Remembered> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const { drawer, ...rest } = kept as Partial<Remembered>;
    const fitting = Object.entries(rest).filter(
      ([key, value]) => key in initial && typeof value === typeof initial[key as keyof Remembered],
    );
    const known = [...drawerTabs, "closed"].some((tab) => tab === drawer);
    return { ...Object.fromEntries(fitting), ...(known && drawer !== undefined ? { drawer } : {}) };
  } catch {
    return {};
  }
}
