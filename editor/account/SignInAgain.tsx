import { Modal } from "@mantine/core";
import { useState } from "react";
import { useStore } from "zustand";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { isStranger } from "./account.ts";
import { SignInForm } from "./SignInForm.tsx";
import "./account.css";

/** Over the editor when a session ends while somebody works: what they changed stays where it is. */
export function SignInAgain() {
  const t = useT();
  const { account, feed } = useEditor();
  const session = useStore(account);
  const [name, setName] = useState(session.name);
  if (session.name !== "" && session.name !== name) setName(session.name);
  const enter = (next: typeof session) => {
    // Another user is to see what that user may see, from the beginning.
    if (name !== "" && next.name !== name) window.location.reload();
    account.setState(next, true);
    feed.retryNow();
  };
  return (
    <Modal
      opened={isStranger(session)}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("account.signInAgain")}
      size={380}
    >
      <p className="sign-in__hint">{t("account.signInAgainHint")}</p>
      <SignInForm key={name} name={name} onSignedIn={enter} />
    </Modal>
  );
}
