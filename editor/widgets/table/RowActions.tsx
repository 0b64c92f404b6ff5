import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconX } from "@tabler/icons-react";
import { useT } from "../../i18n/messages.ts";
import type { Rows } from "./use-rows.ts";

interface Props {
  readonly rows: Rows;
  readonly index: number;
}

/** Move, duplicate and remove one row. */
export function RowActions({ rows, index }: Props) {
  const t = useT();
  const n = index + 1;
  const last = rows.values.length - 1;
  const button = { variant: "subtle", color: "gray", size: 22 } as const;
  const icon = { size: 13, stroke: 1.6 } as const;
  const move = (to: number) => {
    const focused = document.activeElement;
    rows.move(index, to);
    // Moving the row in the page takes the focus from its button; people press it several times.
    requestAnimationFrame(() => focused instanceof HTMLElement && focused.isConnected && focused.focus());
  };
  return (
    <span className="form__row-actions">
      <ActionIcon
        {...button}
        disabled={index === 0}
        aria-label={t("field.moveUp", { n })}
        onClick={() => move(index - 1)}
      >
        <IconArrowUp {...icon} />
      </ActionIcon>
      <ActionIcon
        {...button}
        disabled={index === last}
        aria-label={t("field.moveDown", { n })}
        onClick={() => move(index + 1)}
      >
        <IconArrowDown {...icon} />
      </ActionIcon>
      <ActionIcon {...button} aria-label={t("field.duplicate", { n })} onClick={() => rows.duplicate(index)}>
        <IconCopy {...icon} />
      </ActionIcon>
      <ActionIcon {...button} aria-label={t("field.removeItem", { n })} onClick={() => rows.remove(index)}>
        <IconX {...icon} />
      </ActionIcon>
    </span>
  );
}
