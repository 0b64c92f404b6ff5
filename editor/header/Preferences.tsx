import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import {
  IconCheck,
  IconDeviceDesktop,
  IconKeyboard,
  IconLanguage,
  IconMoon,
  IconSettings,
  IconSun,
} from "@tabler/icons-react";
import { type Language, languages, useT } from "../i18n/messages.ts";
import { useEditor, useView } from "../state/editor.ts";

const schemes = [
  { scheme: "auto", title: "theme.auto", Icon: IconDeviceDesktop },
  { scheme: "light", title: "theme.light", Icon: IconSun },
  { scheme: "dark", title: "theme.dark", Icon: IconMoon },
] as const;

/** Theme, language, shortcuts. */
export function Preferences() {
  const t = useT();
  const { view } = useEditor();
  const language = useView((state) => state.language);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <Tooltip label={t("preferences.title")}>
          <ActionIcon aria-label={t("preferences.title")}>
            <IconSettings size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("theme.title")}</Menu.Label>
        {schemes.map(({ scheme, title, Icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={15} />}
            rightSection={colorScheme === scheme && <IconCheck size={14} />}
            onClick={() => setColorScheme(scheme)}
          >
            {t(title)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t("language.title")}</Menu.Label>
        {Object.entries(languages).map(([code, name]) => (
          <Menu.Item
            key={code}
            lang={code}
            leftSection={<IconLanguage size={15} />}
            rightSection={language === code && <IconCheck size={14} />}
            onClick={() => view.remember({ language: code as Language })}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconKeyboard size={15} />}
          rightSection={<span className="kbd">?</span>}
          onClick={() => view.show({ kind: "shortcuts" })}
        >
          {t("command.shortcuts")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
