import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useStore } from "zustand";
import type { DeadLetterSummary } from "../../server/api/contract.ts";
import { ConfirmButton } from "../account/access/AccessTable.tsx";
import { may } from "../account/account.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";

interface Props {
  readonly letters: readonly DeadLetterSummary[];
  /** In place of the payload of the only one. */
  readonly edited: string | undefined;
  onDone(): void;
}

/** Replay and discard, one or many; what is refused is said with its reason and stays. */
export function LetterActions({ letters, edited, onDone }: Props) {
  const t = useT();
  const session = useStore(useEditor().account);
  const isAllowed = may(session, "operator");
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState("");

  /** Oldest first, one after the other: a series stays in order. */
  const act = async (work: (sequence: number) => Promise<string>) => {
    setBusy(true);
    setOutcome("");
    const said: string[] = [];
    for (const { sequence } of letters.toSorted((a, b) => a.sequence - b.sequence))
      await work(sequence).then(
        (words) => words !== "" && said.push(words),
        (error: Error) => said.push(error.message),
      );
    setBusy(false);
    setOutcome(
      said.length > 1
        ? t("letters.some", { n: said.length, all: letters.length, why: said[0] ?? "" })
        : (said[0] ?? ""),
    );
    onDone();
  };
  const replay = () =>
    act(async (sequence) => {
      const body = edited === undefined ? {} : { payload: edited };
      const { state } = await request("POST /api/dead-letters/:sequence/replay", { params: { sequence }, body });
      return state === "waiting" ? t("letters.waits") : "";
    });
  const discard = () =>
    act(async (sequence) => {
      await request("DELETE /api/dead-letters/:sequence", { params: { sequence } });
      return "";
    });
  const many = letters.length > 1 ? ` (${letters.length})` : "";
  return (
    <div className="letters__actions">
      <Button
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        disabled={!isAllowed || letters.every(({ isReplaying }) => isReplaying)}
        loading={isBusy}
        onClick={() => void replay()}
      >
        {t(edited === undefined ? "letters.replay" : "letters.replayEdited") + many}
      </Button>
      {isAllowed && <ConfirmButton label={t("letters.discard") + many} onConfirm={() => void discard()} />}
      {!isAllowed && session.role !== "anyone" && (
        <p className="letters__quiet">{t("letters.notAllowed", { role: t(`access.role.${session.role}`) })}</p>
      )}
      <p className="letters__error" role="status">
        {outcome}
      </p>
    </div>
  );
}
