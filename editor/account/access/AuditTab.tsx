import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import type { AuditCheck, AuditInfo } from "../../../server/api/contract.ts";
import { request } from "../../gateway/request.ts";
import { useT } from "../../i18n/messages.ts";
import { AccessTable, useMoment } from "./AccessTable.tsx";

const pageSize = 50;

/** Who did what, newest first. */
export function AuditTab() {
  const t = useT();
  const moment = useMoment();
  const [actor, setActor] = useState("");
  const [text, setText] = useState("");
  const [entries, setEntries] = useState<readonly AuditInfo[]>();
  const [hasOlder, setHasOlder] = useState(false);
  const [problem, setProblem] = useState("");
  const read = async (filter: { readonly actor: string; readonly text: string }, before?: number) => {
    setProblem("");
    try {
      const page = await request("GET /api/audit", {
        query: { ...filter, limit: pageSize, ...(before === undefined ? {} : { before }) },
      });
      setEntries((shown = []) => (before === undefined ? page : [...shown, ...page]));
      setHasOlder(page.length === pageSize);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened; then whenever somebody asks
  useEffect(() => void read({ actor: "", text: "" }), []);
  const filter = { actor: actor.trim(), text: text.trim() };
  const search = (event: FormEvent) => {
    event.preventDefault();
    void read(filter);
  };
  const rows = entries?.map(({ id, at, actor: who, address, action, target, outcome, detail }) => (
    <tr key={id} data-refused={outcome !== "ok"}>
      <td className="access__dim">{moment(at)}</td>
      <td>{who}</td>
      <td className="access__dim">{address}</td>
      <td>
        <code>{action}</code>
      </td>
      <td className="access__what">
        {target}
        {Object.keys(detail).length > 0 && <code className="access__detail">{JSON.stringify(detail)}</code>}
      </td>
      <td>{outcome === "ok" ? t("access.audit.ok") : outcome}</td>
      <td />
    </tr>
  ));
  return (
    <>
      <form className="access__form" onSubmit={search}>
        <TextInput
          label={t("access.audit.who")}
          placeholder={t("access.audit.whoHint")}
          value={actor}
          onChange={({ currentTarget }) => setActor(currentTarget.value)}
        />
        <TextInput
          className="access__wide"
          label={t("access.audit.text")}
          placeholder={t("access.audit.textHint")}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t("access.audit.search")}
        </Button>
        <ChainCheck onProblem={setProblem} />
      </form>
      <AccessTable
        rows={rows}
        columns={[
          t("access.audit.when"),
          t("access.audit.who"),
          t("access.audit.from"),
          t("access.audit.action"),
          t("access.audit.what"),
          t("access.audit.outcome"),
        ]}
        empty={t("access.audit.none")}
        problem={problem}
      />
      {hasOlder && (
        <Button variant="default" onClick={() => void read(filter, entries?.at(-1)?.id)}>
          {t("access.audit.older")}
        </Button>
      )}
    </>
  );
}

function ChainCheck({ onProblem }: { onProblem(text: string): void }) {
  const t = useT();
  const [check, setCheck] = useState<AuditCheck>();
  const run = () =>
    request("GET /api/audit/check").then(setCheck, (error: Error) => {
      setCheck(undefined);
      onProblem(error.message);
    });
  return (
    <>
      <Button variant="default" onClick={() => void run()}>
        {t("access.audit.check")}
      </Button>
      {check !== undefined && (
        <p className="access__verdict" role="status" data-broken={check.brokenAt !== null}>
          {check.brokenAt === null
            ? t("access.audit.sound", { n: check.entries })
            : t("access.audit.broken", { id: check.brokenAt })}
        </p>
      )}
    </>
  );
}
