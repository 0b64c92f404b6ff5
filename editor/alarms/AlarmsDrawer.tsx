import { CloseButton, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { AlarmList } from "../../server/api/contract.ts";
import { useCount } from "../debug/use-count.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { ChoiceList } from "../lists/ChoiceList.tsx";
import { nothingChosen } from "../lists/choice.ts";
import { usePolled } from "../lists/use-polled.ts";
import { useEditor } from "../state/editor.ts";
import { AlarmDetail } from "./AlarmDetail.tsx";
import { AlarmEvents } from "./AlarmEvents.tsx";
import { AlarmRowView } from "./AlarmRowView.tsx";
import { levels, levelText } from "./alarm-words.ts";
import { RateBars } from "./RateBars.tsx";
import "./alarms.css";

const lists = ["active", "unacknowledged", "shelved", "all"] as const;
type Shown = (typeof lists)[number] | "journal";
const mostListed = 1_000;

/** Alarms of all flows: what is wrong in the plant, who has seen it, and what was done. */
export function AlarmsDrawer() {
  const t = useT();
  const { alarms } = useEditor();
  const counts = useStore(alarms, (state) => state.counts);
  const [shown, setShown] = useState<Shown>("active");
  const [level, setLevel] = useState("");
  const [text, setText] = useState("");
  const calmText = useDeferredValue(text.trim());
  const numbers: Partial<Record<Shown, number>> = counts;
  const filter = useMemo(() => ({ level, text: calmText }), [level, calmText]);
  return (
    <section className="alarms" aria-label={t("alarms.title")}>
      <div className="alarms__bar">
        <SegmentedControl
          aria-label={t("alarms.show")}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          data={[...lists, "journal" as const].map((value) => ({
            value,
            label: (
              <span className="alarms__tab">
                {t(`alarms.show.${value}`)}
                {numbers[value] !== undefined && numbers[value] > 0 && (
                  <span className="alarms__count number">{numbers[value]}</span>
                )}
              </span>
            ),
          }))}
        />
        <NativeSelect
          size="xs"
          aria-label={t("alarms.level")}
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value)}
          data={[
            { value: "", label: t("alarms.anyLevel") },
            ...levels.map((value) => ({ value, label: levelText(t, value) })),
          ]}
        />
        <TextInput
          className="alarms__search"
          aria-label={t("alarms.search")}
          placeholder={t("alarms.search")}
          leftSection={<IconSearch size={13} aria-hidden />}
          rightSection={
            text === "" ? null : <CloseButton size="xs" aria-label={t("alarms.clear")} onClick={() => setText("")} />
          }
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {shown === "journal" ? <AlarmEvents filter={filter} /> : <Occurrences key={shown} show={shown} filter={filter} />}
    </section>
  );
}

export interface AlarmFilter {
  readonly level: string;
  readonly text: string;
}

function Occurrences({ show, filter }: { readonly show: Exclude<Shown, "journal">; readonly filter: AlarmFilter }) {
  const t = useT();
  const count = useCount();
  const { alarms } = useEditor();
  const version = useStore(alarms, ({ changes }) => changes);
  const load = useCallback(
    () => request("GET /api/alarms", { query: { show, ...filter, limit: mostListed } }),
    [show, filter],
  );
  const { answer, problem } = usePolled(load, version);
  const list = useLast(answer);
  const rows = list?.alarms ?? [];
  const [choice, setChoice] = useState(nothingChosen);
  const now = useNow();
  const chosen = rows.filter(({ id }) => choice.chosen.has(id));
  const isFiltered = filter.level !== "" || filter.text !== "";
  return (
    <div className="alarms__body">
      <div className="alarms__left">
        <div className="alarms__head" aria-hidden>
          <span>{t("alarms.level")}</span>
          <span className="alarms__state">{t("alarms.state")}</span>
          <span>{t("alarms.what")}</span>
          <span className="alarms__where">{t("alarms.where")}</span>
          <span className="alarms__number" title={t("alarms.raisedValue")}>
            {t("alarms.atRaise")}
          </span>
          <span className="alarms__number">{t("alarms.age")}</span>
        </div>
        <ChoiceList
          label={t(`alarms.show.${show}`)}
          className="alarms__row"
          rows={rows}
          idOf={({ id }) => id}
          draw={(row) => <AlarmRowView alarm={row} nowMs={now} />}
          empty={
            problem ||
            (list === undefined ? t("alarms.asking") : isFiltered ? t("alarms.noMatch") : t(`alarms.none.${show}`))
          }
          choice={choice}
          onChoose={setChoice}
          onKey={(key) => {
            if (key !== "a" && key !== "Enter") return false;
            document.getElementById(key === "a" ? "alarm-acknowledge" : "alarm-comment")?.focus();
            return true;
          }}
        />
        <div className="alarms__foot">
          <span>
            {rows.length === mostListed
              ? t("alarms.cut", { count: count(mostListed) })
              : t("alarms.total", { count: count(rows.length), n: rows.length })}
          </span>
          <span className="alarms__hint">{t("alarms.keys")}</span>
          {list !== undefined && <RateBars perMinute={list.raisedPerMinute} />}
        </div>
      </div>
      <AlarmDetail chosen={chosen} nowMs={now} version={version} />
    </div>
  );
}

/** What was there stays on the screen until there is something newer. */
function useLast(answer: AlarmList | undefined): AlarmList | undefined {
  const [last, setLast] = useState(answer);
  if (answer !== undefined && answer !== last) setLast(answer);
  return answer ?? last;
}

/** Wall clock, each second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
