import { Tooltip } from "@mantine/core";
import { IconBell, IconBellRinging } from "@tabler/icons-react";
import { useStore } from "zustand";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";

/** How many alarms are active, and by its look whether somebody has to see to them. Nothing is shown when there is none. */
export function AlarmCount() {
  const t = useT();
  const { alarms, view } = useEditor();
  const { active, unacknowledged } = useStore(alarms, ({ counts }) => counts);
  if (active + unacknowledged === 0) return null;
  const words = t("alarms.header", { active, unacknowledged });
  const Icon = unacknowledged > 0 ? IconBellRinging : IconBell;
  return (
    <Tooltip label={words}>
      <button
        type="button"
        className="alerts"
        data-severity={unacknowledged > 0 ? "error" : "seen"}
        aria-label={words}
        onClick={() => view.remember({ drawer: "alarms" })}
      >
        <Icon size={15} aria-hidden />
        <span className="number">{active}</span>
      </button>
    </Tooltip>
  );
}
