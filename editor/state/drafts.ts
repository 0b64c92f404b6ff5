/** Unsaved changes survive a reload: each changed flow is kept in the browser's storage until it is deployed. */
import { type Documents, type Draft, isDirty } from "./document.ts";

const prefix = "sluice.draft.";
const saveAfterMs = 300;

/** What an earlier visit left behind. Entries that are not drafts are passed over. */
export function readDrafts(storage: Storage): Record<string, Draft> {
  const drafts: Record<string, Draft> = {};
  for (let index = 0; index < storage.length; index++) {
    const key = storage.key(index) ?? "";
    if (!key.startsWith(prefix)) continue;
    const draft = parseDraft(storage.getItem(key));
    if (draft !== undefined) drafts[key.slice(prefix.length)] = draft;
  }
  return drafts;
}

function parseDraft(text: string | null): Draft | undefined {
  try {
    const value = JSON.parse(text ?? "null") as Draft | null;
    return Array.isArray(value?.document.nodes) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps the drafts in step with the documents from now on; returns the function that ends it.
 * `onFull` is called when the storage takes no more, so that a person can be told that a reload would lose changes.
 */
export function keepDrafts(documents: Documents, storage: Storage, onFull: () => void): () => void {
  let saved = documents.getState().flows;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const { flows } = documents.getState();
    try {
      for (const [id, flow] of Object.entries(flows)) {
        if (saved[id] === flow) continue;
        const draft: Draft = { document: flow.history.present, base: flow.base, removed: flow.removed };
        if (isDirty(flow)) storage.setItem(prefix + id, JSON.stringify(draft));
        else storage.removeItem(prefix + id);
      }
      for (const id of Object.keys(saved)) if (flows[id] === undefined) storage.removeItem(prefix + id);
      saved = flows;
    } catch {
      onFull();
    }
  };
  const unsubscribe = documents.subscribe(({ flows }) => {
    if (flows !== saved && timer === undefined) timer = setTimeout(save, saveAfterMs);
  });
  // A reload right after an edit must not be faster than the timer.
  window.addEventListener("pagehide", save);
  return () => {
    unsubscribe();
    window.removeEventListener("pagehide", save);
    save();
  };
}
