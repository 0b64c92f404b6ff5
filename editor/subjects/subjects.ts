/** Every subject the gateway has heard since somebody began to look, as it was told last. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { SubjectActivity, SubjectsSeen } from "../../server/api/contract.ts";

export interface SubjectsState extends Omit<SubjectsSeen, "subjects"> {
  readonly subjects: ReadonlyMap<string, SubjectActivity>;
  /** The gateway has answered: what is empty now is silent. */
  readonly isHeard: boolean;
}

export interface Subjects extends StoreApi<SubjectsState> {
  take(seen: SubjectsSeen): void;
  clear(): void;
}

const nothing: SubjectsState = { subjects: new Map(), unlisted: 0, isSampled: false, problem: "", isHeard: false };

export function createSubjects(): Subjects {
  const store = createStore<SubjectsState>(() => nothing);
  return {
    ...store,
    take({ subjects: changed, unlisted, isSampled, problem }) {
      const subjects = new Map(store.getState().subjects);
      for (const each of changed) subjects.set(each.subject, each);
      store.setState({ subjects, unlisted, isSampled, problem, isHeard: true });
    },
    clear: () => store.setState(nothing),
  };
}
