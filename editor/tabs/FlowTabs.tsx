import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconAdjustmentsHorizontal,
  IconDotsVertical,
  IconDownload,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
  IconRestore,
  IconTrash,
  IconUpload,
} from "@tabler/icons-react";
import { type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import { exportFlow, newFlow, removeFlow, toggleEnabled } from "../commands/flow-commands.ts";
import { useT } from "../i18n/messages.ts";
import { isDirty } from "../state/document.ts";
import { useCheck, useDocuments, useEditor } from "../state/editor.ts";
import "./tabs.css";

export function FlowTabs() {
  const t = useT();
  const editor = useEditor();
  const order = useDocuments((state) => state.order);
  return (
    <div className="tabs">
      <div className="tabs__list" role="tablist" aria-label={t("tabs.label")}>
        {order.map((id) => (
          <FlowTab key={id} id={id} />
        ))}
      </div>
      <Tooltip label={`${t("command.newFlow")} (Alt N)`}>
        <ActionIcon aria-label={t("command.newFlow")} size={28} onClick={() => newFlow(editor, t)}>
          <IconPlus size={16} />
        </ActionIcon>
      </Tooltip>
      <TabMenu />
    </div>
  );
}

/** One flow. Double-click or F2 renames it; the dot says that it has changes the gateway does not have. */
const FlowTab = memo(function FlowTab({ id }: { id: string }) {
  const t = useT();
  const { documents } = useEditor();
  const flow = useDocuments(({ flows }) => flows[id]);
  const isCurrent = useDocuments(({ current }) => current === id);
  const hasErrors = useCheck(({ flows }) => flows[id]?.problems.some(({ severity }) => severity === "error") ?? false);
  const [draft, setDraft] = useState<string>();
  const tab = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) tab.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isCurrent]);
  if (flow === undefined) return null;
  const { name, enabled } = flow.history.present;
  const shown = name === "" ? id : name;
  const commit = () => {
    if (draft !== undefined) documents.edit("step.rename", (document) => ({ ...document, name: draft.trim() }));
    setDraft(undefined);
  };
  if (flow.removed)
    return (
      <Tooltip label={t("tabs.removed")}>
        <button type="button" className="tab tab--removed" onClick={() => documents.restore(flow)}>
          <s>{shown}</s>
          <IconRestore size={13} aria-label={t("tabs.restore")} />
        </button>
      </Tooltip>
    );
  if (draft !== undefined)
    return (
      <input
        className="tab tab--open"
        // biome-ignore lint/a11y/noAutofocus: it replaces the tab that was just double-clicked
        autoFocus
        value={draft}
        aria-label={t("flow.name")}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onChange={({ currentTarget }) => setDraft(currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setDraft(undefined);
        }}
      />
    );
  return (
    <button
      ref={tab}
      type="button"
      role="tab"
      className="tab"
      data-disabled={!enabled}
      aria-selected={isCurrent}
      title={enabled ? shown : `${shown}: ${t("flow.disabled")}`}
      onClick={() => documents.open(id)}
      onDoubleClick={() => setDraft(name)}
      onKeyDown={(event) => event.key === "F2" && setDraft(name)}
    >
      {!enabled && <IconPlayerPause size={12} aria-hidden />}
      <span className="tab__name">{shown}</span>
      {isDirty(flow) && (
        <span className="tab__dot" title={t("tabs.unsaved")} role="img" aria-label={t("tabs.unsaved")} />
      )}
      {hasErrors && <span className="tab__error" title={t("tabs.errors")} role="img" aria-label={t("tabs.errors")} />}
    </button>
  );
});

function TabMenu() {
  const t = useT();
  const editor = useEditor();
  const current = useDocuments((state) => state.current);
  const enabled = useDocuments(({ flows, current: id }) => id !== undefined && flows[id]?.history.present.enabled);
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <Tooltip label={t("tabs.menu")}>
          <ActionIcon aria-label={t("tabs.menu")} size={28}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {current !== undefined && (
          <>
            <Menu.Item
              leftSection={<IconAdjustmentsHorizontal size={15} />}
              onClick={() => editor.documents.select({})}
            >
              {t("command.flowSettings")}
            </Menu.Item>
            <Menu.Item
              leftSection={enabled === true ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
              onClick={() => toggleEnabled(editor)}
            >
              {t(enabled === true ? "flow.disable" : "flow.enable")}
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        <Menu.Item leftSection={<IconUpload size={15} />} onClick={() => editor.view.show({ kind: "import" })}>
          {t("command.import")}
        </Menu.Item>
        {current !== undefined && (
          <>
            <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => exportFlow(editor)}>
              {t("command.export")}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => removeFlow(editor, t, current)}>
              {t("command.removeFlow")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
