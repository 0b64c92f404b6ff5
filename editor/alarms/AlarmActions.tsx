import { Button, Menu, Textarea } from "@mantine/core";
import { IconCheck, IconChevronDown, IconClockPause } from "@tabler/icons-react";
import { useState } from "react";
import { useStore } from "zustand";
import type { AlarmRow } from "../../server/api/contract.ts";
import { may } from "../account/account.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { ageText } from "./alarm-words.ts";

const minuteMs = 60_000;
const shelveMinutes = [15, 30, 60, 120, 240, 480, 1_440, 4_320];
/** Requests at a time: a flood is acknowledged in one go, not all at once. */
const atATime = 6;

/** Acknowledge, shelve, take off the shelf, comment: for one alarm or for many, each with the same comment. */
export function AlarmActions({ chosen }: { readonly chosen: readonly AlarmRow[] }) {
  const t = useT();
  const session = useStore(useEditor().account);
  const isAllowed = may(session, "operator");
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState("");
  const comment = text.trim();
  const withComment = comment === "" ? {} : { comment };
  const isOpen = ({ state, isActive, isAcknowledged }: AlarmRow) =>
    !isAcknowledged && (isActive || state === "returned-unacknowledged");
  const open = chosen.filter(isOpen);
  const shelved = chosen.filter(({ state }) => state === "shelved");
  const shelvable = chosen.filter(({ isActive, state }) => isActive || state === "shelved");

  const act = async (alarms: readonly AlarmRow[], one: (id: string) => Promise<unknown>) => {
    setBusy(true);
    setOutcome("");
    const failures = await eachOf(alarms, ({ id }) => one(id));
    setBusy(false);
    if (failures.length === 0) setText("");
    else if (alarms.length === 1) setOutcome(failures[0] ?? "");
    else setOutcome(t("alarms.someFailed", { n: failures.length, all: alarms.length, why: failures[0] ?? "" }));
  };
  const acknowledge = () =>
    act(open, (id) => request("POST /api/alarms/:id/acknowledge", { params: { id }, body: withComment }));
  const unshelve = () =>
    act(shelved, (id) => request("POST /api/alarms/:id/unshelve", { params: { id }, body: withComment }));
  const addComment = () =>
    act(chosen, (id) => request("POST /api/alarms/:id/comment", { params: { id }, body: { comment } }));
  const shelve = (minutes: number) => {
    const until = new Date(Date.now() + minutes * minuteMs).toISOString();
    return act(shelvable, (id) =>
      request("POST /api/alarms/:id/shelve", { params: { id }, body: { until, ...withComment } }),
    );
  };
  const many = (count: number) => (count > 1 ? ` (${count})` : "");
  return (
    <div className="alarms__actions">
      <Textarea
        id="alarm-comment"
        aria-label={t("alarms.comment")}
        placeholder={t("alarms.commentHint")}
        autosize
        minRows={1}
        maxRows={4}
        maxLength={2_000}
        disabled={!isAllowed}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div className="alarms__buttons">
        <Button
          id="alarm-acknowledge"
          leftSection={<IconCheck size={14} aria-hidden />}
          disabled={!isAllowed || open.length === 0}
          loading={isBusy}
          onClick={() => void acknowledge()}
        >
          {t("alarms.acknowledge") + many(open.length)}
        </Button>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconClockPause size={14} aria-hidden />}
              rightSection={<IconChevronDown size={12} aria-hidden />}
              disabled={!isAllowed || isBusy || shelvable.length === 0}
            >
              {t("alarms.shelve") + many(shelvable.length)}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t("alarms.shelveFor")}</Menu.Label>
            {shelveMinutes.map((minutes) => (
              <Menu.Item key={minutes} onClick={() => void shelve(minutes)}>
                {ageText(t, minutes * minuteMs)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        {shelved.length > 0 && (
          <Button variant="default" disabled={!isAllowed || isBusy} onClick={() => void unshelve()}>
            {t("alarms.unshelve") + many(shelved.length)}
          </Button>
        )}
        <Button variant="subtle" disabled={!isAllowed || isBusy || comment === ""} onClick={() => void addComment()}>
          {t("alarms.addComment")}
        </Button>
      </div>
      {!isAllowed && session.role !== "anyone" && (
        <p className="alarms__quiet">{t("alarms.notAllowed", { role: t(`access.role.${session.role}`) })}</p>
      )}
      <p className="alarms__problem" role="status">
        {outcome}
      </p>
    </div>
  );
}

/** Does something with each, a few at a time; answers what was refused, in words. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<string[]> {
  const failures: string[] = [];
  const waiting = [...items];
  const workOff = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      await work(item).catch((error: Error) => failures.push(error.message));
  };
  await Promise.all(Array.from({ length: atATime }, workOff));
  return failures;
}
