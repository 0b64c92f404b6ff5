import { Modal } from "@mantine/core";
import { AccessDialog } from "./account/access/AccessDialog.tsx";
import { PasswordDialog } from "./account/PasswordDialog.tsx";
import { CommandPalette } from "./commands/CommandPalette.tsx";
import { FindNode } from "./commands/FindNode.tsx";
import { Shortcuts } from "./commands/Shortcuts.tsx";
import { ChangesDialog } from "./deploy/ChangesDialog.tsx";
import { ConflictDialog } from "./deploy/ConflictDialog.tsx";
import { useT } from "./i18n/messages.ts";
import { ImportDialog } from "./import/ImportDialog.tsx";
import { SendDialog } from "./live/SendDialog.tsx";
import { ConnectTo } from "./palette/ConnectTo.tsx";
import { QuickAdd } from "./palette/QuickAdd.tsx";
import { useEditor, useView } from "./state/editor.ts";

/** The one dialog that may be open. */
export function Dialogs() {
  const t = useT();
  const { view } = useEditor();
  const dialog = useView((state) => state.dialog);
  const close = () => view.show(undefined);
  const picks = dialog?.kind === "commands" || dialog?.kind === "find" || dialog?.kind === "connect";
  return (
    <>
      <Modal
        opened={picks}
        onClose={close}
        withCloseButton={false}
        centered={false}
        yOffset="12vh"
        size={560}
        padding={0}
        title={picks && t(`command.${dialog.kind}`)}
        classNames={{ header: "unseen" }}
      >
        {dialog?.kind === "commands" && <CommandPalette onClose={close} />}
        {dialog?.kind === "find" && <FindNode onClose={close} />}
        {dialog?.kind === "connect" && <ConnectTo node={dialog.node} onClose={close} />}
      </Modal>
      {dialog?.kind === "add" && <QuickAdd dialog={dialog} onClose={close} />}
      <Modal opened={dialog?.kind === "changes"} onClose={close} title={t("command.changes")} size={640}>
        {dialog?.kind === "changes" && <ChangesDialog onClose={close} />}
      </Modal>
      <Modal opened={dialog?.kind === "conflict"} onClose={close} title={t("conflict.title")} size={820}>
        {dialog?.kind === "conflict" && <ConflictDialog flows={dialog.flows} onClose={close} />}
      </Modal>
      <Modal opened={dialog?.kind === "shortcuts"} onClose={close} title={t("command.shortcuts")} size={760}>
        {dialog?.kind === "shortcuts" && <Shortcuts />}
      </Modal>
      <Modal opened={dialog?.kind === "password"} onClose={close} title={t("account.changePassword")} size={380}>
        {dialog?.kind === "password" && <PasswordDialog onClose={close} />}
      </Modal>
      <Modal opened={dialog?.kind === "access"} onClose={close} title={t("access.title")} size={940}>
        {dialog?.kind === "access" && <AccessDialog />}
      </Modal>
      <Modal opened={dialog?.kind === "import"} onClose={close} title={t("import.title")} size={820}>
        {dialog?.kind === "import" && <ImportDialog given={dialog.given} onClose={close} />}
      </Modal>
      <Modal opened={dialog?.kind === "send"} onClose={close} title={t("command.send")} size={560}>
        {dialog?.kind === "send" && <SendDialog node={dialog.node} onClose={close} />}
      </Modal>
    </>
  );
}
