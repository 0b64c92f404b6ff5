import {
  IconAlertOctagonFilled,
  IconAlertTriangle,
  IconAlertTriangleFilled,
  IconInfoCircle,
} from "@tabler/icons-react";
import { useT } from "../i18n/messages.ts";
import { levelText } from "./alarm-words.ts";

const icons = {
  critical: IconAlertOctagonFilled,
  error: IconAlertTriangleFilled,
  warning: IconAlertTriangle,
  info: IconInfoCircle,
};

/** A level by shape, word and colour. */
export function LevelMark({ level }: { readonly level: string }) {
  const t = useT();
  const Icon = icons[level as keyof typeof icons] ?? IconInfoCircle;
  return (
    <span className="alarms__level" data-level={level}>
      <Icon size={15} aria-hidden />
      {levelText(t, level)}
    </span>
  );
}
