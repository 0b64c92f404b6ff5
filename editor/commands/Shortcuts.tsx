import { useT } from "../i18n/messages.ts";
import { type Command, keyText, type Section } from "./command.ts";
import { commands } from "./commands.ts";
import { isMac } from "./is-mac.ts";
import "./shortcuts.css";

const sections: readonly Section[] = ["edit", "arrange", "view", "flow", "gateway"];

export function Shortcuts() {
  const t = useT();
  const mouse = [
    "shortcut.pan",
    "shortcut.lasso",
    "shortcut.quickAdd",
    "shortcut.splice",
    "shortcut.copyPaste",
  ] as const;
  return (
    <div className="shortcuts">
      {sections.map((section) => (
        <section key={section}>
          <h3>{t(`section.${section}`)}</h3>
          {commands
            .filter((command) => command.section === section && isListed(command))
            .map((command) => (
              <div key={command.id} className="shortcuts__row">
                <span>{t(command.title)}</span>
                <span className="shortcuts__keys">
                  {command.keys?.map((keys) => (
                    <kbd key={keys} className="kbd">
                      {keyText(keys, isMac())}
                    </kbd>
                  ))}
                </span>
              </div>
            ))}
        </section>
      ))}
      <section>
        <h3>{t("section.mouse")}</h3>
        {mouse.map((key) => (
          <div key={key} className="shortcuts__row">
            {t(key)}
          </div>
        ))}
      </section>
    </div>
  );
}

function isListed({ id, keys }: Command): boolean {
  return keys !== undefined && !id.startsWith("nudge-far");
}
