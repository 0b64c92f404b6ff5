import { Button, Loader, MantineProvider, MantineThemeProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { Session } from "../server/api/contract.ts";
import { isStranger } from "./account/account.ts";
import { Door } from "./account/Door.tsx";
import { request } from "./gateway/request.ts";
import { LanguageContext, languageOf, translate, useT } from "./i18n/messages.ts";
import { type Editor, EditorContext } from "./state/editor.ts";
import { openEditor } from "./state/open-editor.ts";
import { styleNonce } from "./style-nonce.ts";
import { theme, worded } from "./theme.ts";
import { Workbench } from "./Workbench.tsx";
import "./app.css";

type Opening = { readonly editor: Editor } | { readonly stranger: Session } | { readonly error: string } | undefined;

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <Notifications position="top-center" autoClose={4_500} limit={3} containerWidth={420} />
      <Gateway />
    </MantineProvider>
  );
}

/** Opens the editor on the gateway this page came from; says so while it waits and when it cannot. */
function Gateway() {
  const [opening, setOpening] = useState<Opening>();
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is what opens it anew
  useEffect(() => {
    let ended = false;
    let close: (() => void) | undefined;
    setOpening(undefined);
    open().then(
      (opened) => {
        if ("stranger" in opened) {
          if (!ended) setOpening(opened);
          return;
        }
        if (ended) return opened.close();
        close = opened.close;
        setOpening({ editor: opened.editor });
      },
      (error: Error) => {
        if (!ended) setOpening({ error: error.message });
      },
    );
    return () => {
      ended = true;
      close?.();
    };
  }, [attempt]);

  if (opening === undefined || "error" in opening || "stranger" in opening)
    return (
      <LanguageContext value={languageOf(navigator.languages)}>
        {opening !== undefined && "stranger" in opening ? (
          <Door session={opening.stranger} onSignedIn={retry} />
        ) : (
          <Waiting error={opening?.error} onRetry={retry} />
        )}
      </LanguageContext>
    );
  return (
    <EditorContext value={opening.editor}>
      <InLanguage editor={opening.editor}>
        <Workbench />
      </InLanguage>
    </EditorContext>
  );
}

async function open() {
  const session = await request("GET /api/session");
  if (isStranger(session)) return { stranger: session };
  const url = new URL("/api/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const language = languageOf(navigator.languages);
  return openEditor(
    { session, storage: window.localStorage, languages: navigator.languages, liveUrl: url.href },
    {
      onStorageFull: () =>
        notifications.show({
          id: "storage",
          message: translate(language, "draft.full"),
          color: "yellow",
          autoClose: false,
        }),
      onFollowed: ({ document }, author) =>
        notifications.show({
          message: translate(language, "follow.deployed", {
            author: author || "?",
            name: document.name || document.id,
          }),
        }),
    },
  );
}

function InLanguage({ editor, children }: { editor: Editor; children: ReactNode }) {
  const language = useStore(editor.view, (view) => view.language);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
  }, [language]);
  const words = useMemo(() => worded(language), [language]);
  return (
    <LanguageContext value={language}>
      <MantineThemeProvider theme={words}>{children}</MantineThemeProvider>
    </LanguageContext>
  );
}

function Waiting({ error, onRetry }: { error: string | undefined; onRetry: () => void }) {
  const t = useT();
  if (error === undefined)
    return (
      <main className="waiting">
        <Loader size="sm" aria-label={t("app.loading")} />
      </main>
    );
  return (
    <main className="waiting" role="alert">
      <h1>{t("app.unreachable")}</h1>
      <p>{error}</p>
      <p>{t("app.unreachableHint")}</p>
      <Button size="sm" onClick={onRetry}>
        {t("app.retry")}
      </Button>
    </main>
  );
}
