import type { Session } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { setupTokenOf } from "./account.ts";
import { SetupForm } from "./SetupForm.tsx";
import { SignInForm } from "./SignInForm.tsx";
import "./account.css";

/** What somebody sees who has to sign in first, or to make the first user. */
export function Door({ session, onSignedIn }: { session: Session; onSignedIn(): void }) {
  const t = useT();
  const token = setupTokenOf(window.location.hash);
  const enter = () => {
    // The link has done its work, and does not belong into the history.
    window.history.replaceState(null, "", window.location.pathname);
    onSignedIn();
  };
  const isSetup = session.state === "setup";
  const [title, hint] = !isSetup
    ? ([t("account.signIn"), ""] as const)
    : token === undefined
      ? ([t("account.noLink"), t("account.noLinkHint")] as const)
      : ([t("account.setup"), t("account.setupHint")] as const);
  return (
    <main className="door">
      <section className="door__card" aria-labelledby="door-title">
        <div className="door__brand">
          <img src="/sluice.svg" alt="" width={28} height={28} />
          <span>{t("app.name")}</span>
        </div>
        <h1 id="door-title">{title}</h1>
        {hint !== "" && <p>{hint}</p>}
        {!isSetup && <SignInForm onSignedIn={enter} />}
        {isSetup && token !== undefined && <SetupForm token={token} onSignedIn={enter} />}
      </section>
    </main>
  );
}
