import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconChevronRight, IconCopy, IconPlus } from "@tabler/icons-react";
import { oneLine, visible } from "../debug/display-text.ts";
import { locate, nodeName } from "../drawer/locate.ts";
import { useT } from "../i18n/messages.ts";
import { subscribeCommand } from "../inspector/subscribe-command.ts";
import { formatCount, formatRate } from "../live/format.ts";
import { useEditor } from "../state/editor.ts";
import { subjectDragFormat } from "./listener.ts";
import { subjectOf, type TreeRow } from "./tree.ts";

interface Props {
  readonly id: string;
  readonly row: TreeRow;
  readonly top: number;
  readonly isActive: boolean;
  onToggle(): void;
  onActivate(): void;
  onListen(): void;
}

/** One subject, or a branch of them with its totals. It can be dragged onto the canvas. */
export function SubjectRow({ id, row, top, isActive, onToggle, onActivate, onListen }: Props) {
  const t = useT();
  const editor = useEditor();
  const { token, depth, own, below, perSecond, count, isOpen } = row;
  const subject = subjectOf(row);
  const [flow = "", node = ""] = own?.publisher.split("/") ?? [];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      className="subjects__row"
      aria-level={depth + 1}
      aria-expanded={below > 0 ? isOpen : undefined}
      aria-selected={isActive}
      data-moving={perSecond > 0}
      style={{ transform: `translateY(${top}px)` }}
      draggable
      onDragStart={({ dataTransfer }) => {
        dataTransfer.setData(subjectDragFormat, subject);
        dataTransfer.setData("text/plain", subject);
        dataTransfer.effectAllowed = "copy";
      }}
      onClick={() => {
        onActivate();
        if (below > 0) onToggle();
      }}
    >
      <span className="subjects__name" style={{ paddingInlineStart: depth * 16 }} title={visible(row.path)}>
        <IconChevronRight
          size={12}
          className="subjects__chevron"
          data-open={isOpen}
          data-leaf={below === 0}
          aria-hidden
        />
        <bdi>{oneLine(token, 80)}</bdi>
        {below > 0 && (
          <span className="subjects__below" title={t("subjects.below", { n: below })}>
            {below}
          </span>
        )}
      </span>
      <span className="subjects__number number">{formatRate(perSecond)}</span>
      <span className="subjects__number subjects__quiet number" title={String(count)}>
        {formatCount(count)}
      </span>
      <span className="subjects__value" title={own === undefined ? undefined : visible(own.value)}>
        {own !== undefined && <bdi>{oneLine(own.value, 200)}</bdi>}
      </span>
      <span className="subjects__publisher">
        {own === undefined ? null : node === "" ? (
          <span className="subjects__quiet" title={t("subjects.foreignHint")}>
            {t("subjects.foreign")}
          </span>
        ) : (
          <button
            type="button"
            tabIndex={-1}
            title={t("debug.locate", { node: own.publisher })}
            onClick={(event) => {
              event.stopPropagation();
              locate(editor, own.publisher);
            }}
          >
            {nodeName(editor, flow, node)}
          </button>
        )}
      </span>
      <span className="subjects__actions">
        <CopyButton value={subscribeCommand(subject)}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t("subjects.copied") : t("subjects.copy", { subject })}>
              <ActionIcon
                size={20}
                tabIndex={-1}
                aria-label={t("subjects.copy", { subject })}
                onClick={(event) => {
                  event.stopPropagation();
                  copy();
                }}
              >
                {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
        <Tooltip label={`${t("subjects.listen", { subject })} (Enter)`}>
          <ActionIcon
            size={20}
            tabIndex={-1}
            aria-label={t("subjects.listen", { subject })}
            onClick={(event) => {
              event.stopPropagation();
              onListen();
            }}
          >
            <IconPlus size={14} />
          </ActionIcon>
        </Tooltip>
      </span>
    </div>
  );
}
