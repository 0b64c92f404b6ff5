import { IconArrowDown, IconArrowUp, IconCopy, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useT } from "../i18n/messages.ts";
import type { RowEdits } from "./use-rows.ts";

interface Props {
  readonly edits: RowEdits;
  readonly index: number;
  readonly isLast: boolean;
  /** More buttons, before the others. */
  readonly children?: ReactNode;
}

const icon = { size: 13, stroke: 1.6, "aria-hidden": true } as const;

/** Move, duplicate and remove one row. */
export function RowActions({ edits, index, isLast, children }: Props) {
  const t = useT();
  const n = index + 1;
  const move = (to: number) => {
    const focused = document.activeElement;
    edits.move(index, to);
    // Moving the row in the page takes the focus from its button; people press it several times.
    requestAnimationFrame(() => focused instanceof HTMLElement && focused.isConnected && focused.focus());
  };
  return (
    <span className="form__row-actions">
      {children}
      <SmallButton label={t("field.moveUp", { n })} disabled={index === 0} onClick={() => move(index - 1)}>
        <IconArrowUp {...icon} />
      </SmallButton>
      <SmallButton label={t("field.moveDown", { n })} disabled={isLast} onClick={() => move(index + 1)}>
        <IconArrowDown {...icon} />
      </SmallButton>
      <SmallButton label={t("field.duplicate", { n })} onClick={() => edits.duplicate(index)}>
        <IconCopy {...icon} />
      </SmallButton>
      <SmallButton label={t("field.removeItem", { n })} onClick={() => edits.remove(index)}>
        <IconX {...icon} />
      </SmallButton>
    </span>
  );
}

/** Plain, since a large table has hundreds of them. */
export function SmallButton(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
  onClick(): void;
}) {
  return (
    <button
      type="button"
      className="form__small-button"
      title={props.label}
      aria-label={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
