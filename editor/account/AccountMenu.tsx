import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconKey, IconLogout, IconUser } from "@tabler/icons-react";
import { useStore } from "zustand";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";

/** Who is signed in; nothing where nobody has to. */
export function AccountMenu() {
  const t = useT();
  const { account, view } = useEditor();
  const { state, name, role } = useStore(account);
  if (state === "open" || role === "anyone") return null;
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <Tooltip label={`${t("account.menu")}: ${name}`}>
          <ActionIcon aria-label={`${t("account.menu")}: ${name}`}>
            <IconUser size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}
          <br />
          {t(`account.role.${role}`)}
        </Menu.Label>
        <Menu.Item leftSection={<IconKey size={15} />} onClick={() => view.show({ kind: "password" })}>
          {t("account.changePassword")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void account.signOut()}>
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
