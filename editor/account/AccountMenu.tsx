import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconKey, IconLogout, IconShieldLock, IconUser } from "@tabler/icons-react";
import { useStore } from "zustand";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { may } from "./account.ts";

/** Who is signed in, and the ways to what they may see and change of it. */
export function AccountMenu() {
  const t = useT();
  const { account, view } = useEditor();
  const session = useStore(account);
  const { state, name, role } = session;
  if (role === "anyone") return null;
  const isOpen = state === "open";
  const label = isOpen ? t("account.menu") : `${t("account.menu")}: ${name}`;
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <Tooltip label={label}>
          <ActionIcon aria-label={label}>
            <IconUser size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {isOpen ? (
            t("access.open")
          ) : (
            <>
              {name}
              <br />
              {t(`account.role.${role}`)}
            </>
          )}
        </Menu.Label>
        <Menu.Item leftSection={<IconShieldLock size={15} />} onClick={() => view.show({ kind: "access" })}>
          {t(may(session, "editor") ? "access.menu" : "access.menuOwn")}
        </Menu.Item>
        {!isOpen && (
          <>
            <Menu.Item leftSection={<IconKey size={15} />} onClick={() => view.show({ kind: "password" })}>
              {t("account.changePassword")}
            </Menu.Item>
            <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void account.signOut()}>
              {t("account.signOut")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
