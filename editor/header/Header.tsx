import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconCommand } from "@tabler/icons-react";
import { AccountMenu } from "../account/AccountMenu.tsx";
import { DeployButton } from "../deploy/DeployButton.tsx";
import { useT } from "../i18n/messages.ts";
import { currentFlow } from "../state/document.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { FlowTabs } from "../tabs/FlowTabs.tsx";
import { AlarmCount } from "./AlarmCount.tsx";
import { AlertCount } from "./AlertCount.tsx";
import { BusState } from "./BusState.tsx";
import { Preferences } from "./Preferences.tsx";
import "./header.css";

export function Header() {
  const t = useT();
  const { view } = useEditor();
  return (
    <header className="header">
      <div className="header__brand">
        <img src="/sluice.svg" alt="" width={22} height={22} />
        <h1>{t("app.name")}</h1>
      </div>
      <FlowTabs />
      <UndoRedo />
      <span className="header__rule" />
      <BusState />
      <AlarmCount />
      <AlertCount />
      <span className="header__rule" />
      <Tooltip label={`${t("command.commands")} (Ctrl K)`}>
        <ActionIcon aria-label={t("command.commands")} onClick={() => view.show({ kind: "commands" })}>
          <IconCommand size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Preferences />
      <AccountMenu />
      <DeployButton />
    </header>
  );
}

function UndoRedo() {
  const t = useT();
  const { documents } = useEditor();
  const undone = useDocuments((state) => currentFlow(state)?.history.past.at(-1)?.label);
  const redone = useDocuments((state) => currentFlow(state)?.history.future.at(-1)?.label);
  const say = (action: string, step: typeof undone) => (step === undefined ? action : `${action}: ${t(step)}`);
  return (
    <div className="header__pair">
      <Tooltip label={`${say(t("command.undo"), undone)} (Ctrl Z)`}>
        <ActionIcon aria-label={t("command.undo")} disabled={undone === undefined} onClick={documents.undo}>
          <IconArrowBackUp size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${say(t("command.redo"), redone)} (Ctrl Shift Z)`}>
        <ActionIcon aria-label={t("command.redo")} disabled={redone === undefined} onClick={documents.redo}>
          <IconArrowForwardUp size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
