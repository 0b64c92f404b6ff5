import { Tabs } from "@mantine/core";
import { useStore } from "zustand";
import { useT } from "../../i18n/messages.ts";
import { useEditor } from "../../state/editor.ts";
import { may } from "../account.ts";
import { AuditTab } from "./AuditTab.tsx";
import { SecretsTab } from "./SecretsTab.tsx";
import { SessionsTab } from "./SessionsTab.tsx";
import { TokensTab } from "./TokensTab.tsx";
import { UsersTab } from "./UsersTab.tsx";
import "./access.css";

/** Who may do what, as far as one may see and change it. */
export function AccessDialog() {
  const t = useT();
  const session = useStore(useEditor().account);
  const hasAccounts = session.state !== "open";
  const tabs = [
    { id: "users", Tab: UsersTab, isThere: hasAccounts && may(session, "admin") },
    { id: "sessions", Tab: SessionsTab, isThere: hasAccounts },
    { id: "tokens", Tab: TokensTab, isThere: hasAccounts && may(session, "admin") },
    { id: "secrets", Tab: SecretsTab, isThere: may(session, "editor") },
    { id: "audit", Tab: AuditTab, isThere: may(session, "admin") },
  ] as const;
  const offered = tabs.filter(({ isThere }) => isThere);
  return (
    <Tabs defaultValue={offered[0]?.id ?? null} keepMounted={false} className="access">
      <Tabs.List aria-label={t("access.title")}>
        {offered.map(({ id }) => (
          <Tabs.Tab key={id} value={id}>
            {t(`access.tab.${id}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {offered.map(({ id, Tab }) => (
        <Tabs.Panel key={id} value={id} className="access__panel">
          <Tab />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
