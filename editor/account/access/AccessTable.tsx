import { Button, Loader } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useT } from "../../i18n/messages.ts";
import { useView } from "../../state/editor.ts";
import { FormProblem } from "../SignInForm.tsx";

interface TableProps {
  /** `undefined` while it is being fetched. */
  readonly rows: readonly ReactNode[] | undefined;
  readonly columns: readonly string[];
  readonly empty: string;
  readonly problem: string;
}

/** Rows with a last column for what can be done, and above them what the gateway has against the last thing done. */
export function AccessTable({ rows, columns, empty, problem }: TableProps) {
  const t = useT();
  return (
    <>
      <FormProblem text={problem} />
      {rows === undefined && problem === "" && <Loader size="xs" aria-label={t("app.loading")} />}
      {rows?.length === 0 && <p className="access__hint">{empty}</p>}
      {rows !== undefined && rows.length > 0 && (
        <div className="access__scroll">
          <table className="access__table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column}>{column}</th>
                ))}
                <th aria-label={t("history.actions")} />
              </tr>
            </thead>
            <tbody>{rows}</tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** Asks once more before it does what cannot be undone; leaving it is a no. */
export function ConfirmButton({ label, onConfirm }: { readonly label: string; onConfirm(): void }) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  return (
    <Button
      size="compact-xs"
      variant={asking ? "filled" : "subtle"}
      color="red"
      onBlur={() => setAsking(false)}
      onClick={() => {
        setAsking(!asking);
        if (asking) onConfirm();
      }}
    >
      {asking ? t("access.really", { action: label }) : label}
    </Button>
  );
}

/** Local time, to the minute. */
export function useMoment(): (at: string) => string {
  const language = useView((view) => view.language);
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (at) => format.format(new Date(at));
}
