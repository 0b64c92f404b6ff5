import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconCloudUpload, IconFileDiff, IconFlask, IconRestore } from "@tabler/icons-react";
import { useMemo } from "react";
import { useStore } from "zustand";
import { may } from "../account/account.ts";
import { useT } from "../i18n/messages.ts";
import { intentOf } from "../state/deployment.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { deployNow, notDeploy } from "./deploy-now.ts";
import { intentText } from "./intent-text.ts";
import "./deploy.css";

/** Deploys everything that changed, and says beforehand what that is. */
export function DeployButton() {
  const t = useT();
  const editor = useEditor();
  const flows = useDocuments((state) => state.flows);
  const order = useDocuments((state) => state.order);
  const current = useDocuments((state) => state.current);
  const busy = useStore(editor.deployment, (deployment) => deployment.busy);
  const session = useStore(editor.account);
  const isAllowed = may(session, "editor");
  const intent = useMemo(() => intentOf({ flows, order }), [flows, order]);
  const clean = intent.flows.length === 0;
  const isCurrentDirty = current !== undefined && intent.flows.includes(current);
  return (
    <div className="deploy">
      {!clean && (
        <button type="button" className="deploy__intent" onClick={() => editor.view.show({ kind: "changes" })}>
          {intentText(intent, t)}
        </button>
      )}
      <Button
        size="sm"
        h={32}
        px={12}
        variant="default"
        leftSection={<IconFlask size={15} aria-hidden />}
        title={t("command.trial")}
        onClick={() => editor.view.remember({ drawer: "trial" })}
      >
        {t("trial.title")}
      </Button>
      <Button.Group>
        <Button
          size="sm"
          h={32}
          px={14}
          leftSection={<IconCloudUpload size={16} />}
          disabled={clean || !isAllowed}
          loading={busy}
          title={isAllowed ? `${clean ? t("deploy.nothing") : intentText(intent, t)} (Ctrl S)` : notDeploy(session, t)}
          onClick={() => void deployNow(editor, t)}
        >
          {t("command.deploy")}
        </Button>
        <Menu position="bottom-end" width={250}>
          <Menu.Target>
            <Button size="sm" h={32} px={7} className="deploy__more" disabled={clean} aria-label={t("deploy.more")}>
              <IconChevronDown size={15} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconFileDiff size={15} />} onClick={() => editor.view.show({ kind: "changes" })}>
              {t("command.changes")}
            </Menu.Item>
            {isAllowed && isCurrentDirty && intent.flows.length > 1 && (
              <Menu.Item
                leftSection={<IconCloudUpload size={15} />}
                onClick={() => void deployNow(editor, t, [current])}
              >
                {t("deploy.onlyThis")}
              </Menu.Item>
            )}
            {isCurrentDirty && flows[current]?.base !== null && (
              <Menu.Item leftSection={<IconRestore size={15} />} onClick={() => editor.documents.discard(current)}>
                {t("command.discard")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Button.Group>
    </div>
  );
}
