import { useMemo } from "react";
import { useT } from "../i18n/messages.ts";
import { Picker } from "../palette/Picker.tsx";
import { useEditor } from "../state/editor.ts";
import { keyText } from "./command.ts";
import { commands } from "./commands.ts";
import { isMac } from "./is-mac.ts";

/** Every action by name, with its shortcut. Those that make no sense now are grey. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const editor = useEditor();
  const items = useMemo(
    () =>
      commands
        .filter(({ id }) => id !== "commands" && !id.startsWith("nudge"))
        .map((command) => {
          const [keys] = command.keys ?? [];
          return {
            id: command.id,
            title: t(command.title),
            also: [command.id],
            section: t(`section.${command.section}`),
            disabled: command.isEnabled?.(editor) === false,
            aside: keys === undefined ? undefined : <span className="kbd">{keyText(keys, isMac())}</span>,
            command,
          };
        }),
    [editor, t],
  );
  return (
    <Picker
      items={items}
      label={t("command.commands")}
      placeholder={t("commands.placeholder")}
      emptyText={t("picker.nothing")}
      onClose={onClose}
      onPick={({ command }) => {
        onClose();
        command.run(editor, t);
      }}
    />
  );
}
