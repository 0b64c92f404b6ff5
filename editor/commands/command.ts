/** An action with a name and a keyboard way: what menus, the command palette and the keyboard all run. */
import type { MessageKey, Translate } from "../i18n/messages.ts";
import type { Editor } from "../state/editor.ts";

export type Section = "edit" | "arrange" | "view" | "flow" | "gateway";

export interface Command {
  readonly id: string;
  readonly title: MessageKey;
  readonly section: Section;
  /** `mod+shift+z`, `f`, `+`; the first is the one shown. `mod` is Ctrl, or Cmd on a Mac. */
  readonly keys?: readonly string[];
  /** Also while somebody types into a field. */
  readonly everywhere?: boolean;
  /** Left out: always. */
  isEnabled?(editor: Editor): boolean;
  run(editor: Editor, t: Translate): void;
}

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** True when a pressed key is the one that `keys` names. Shift counts only with letters and named keys: `?` has it inside. */
export function matches(keys: string, pressed: Pressed): boolean {
  const parts = keys === "+" ? ["+"] : keys.split("+");
  const key = parts.at(-1) ?? "";
  const wants = new Set(parts.slice(0, -1));
  const isSymbol = key.length === 1 && !/[a-z]/.test(key);
  return (
    pressed.key.toLowerCase() === key &&
    (pressed.ctrlKey || pressed.metaKey) === wants.has("mod") &&
    pressed.altKey === wants.has("alt") &&
    (isSymbol || pressed.shiftKey === wants.has("shift"))
  );
}

const names: Readonly<Record<string, string>> = {
  mod: "Ctrl",
  shift: "Shift",
  alt: "Alt",
  delete: "Del",
  backspace: "Backspace",
  enter: "Enter",
  escape: "Esc",
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
};
const macNames: Readonly<Record<string, string>> = { mod: "⌘", shift: "⇧", alt: "⌥" };

/** A shortcut as people write it: `Ctrl Shift Z`. */
export function keyText(keys: string, isMac: boolean): string {
  if (keys === "+") return "+";
  return keys
    .split("+")
    .map((key) => (isMac ? macNames[key] : undefined) ?? names[key] ?? key.toUpperCase())
    .join(isMac ? "" : " ");
}
