import { CloseButton, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { DeadLetterSummary } from "../../server/api/contract.ts";
import { oneLine } from "../debug/display-text.ts";
import { useCount } from "../debug/use-count.ts";
import { nodeName } from "../drawer/locate.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { ChoiceList } from "../lists/ChoiceList.tsx";
import { nothingChosen } from "../lists/choice.ts";
import { usePolled } from "../lists/use-polled.ts";
import { useWhen } from "../lists/use-when.ts";
import { useEditor, useView } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { LetterActions } from "./LetterActions.tsx";
import { LetterDetail } from "./LetterDetail.tsx";
import { LettersDone } from "./LettersDone.tsx";
import "./letters.css";

const pageSize = 500;
const everyMs = 3_000;

/** Messages that nodes gave up: why, and what to do with each. */
export function LettersDrawer() {
  const t = useT();
  const [shown, setShown] = useState("waiting");
  return (
    <section className="letters" aria-label={t("letters.title")}>
      {shown === "waiting" ? (
        <Waiting tabs={<Tabs shown={shown} onShow={setShown} />} />
      ) : (
        <LettersDone tabs={<Tabs shown={shown} onShow={setShown} />} />
      )}
    </section>
  );
}

function Tabs({ shown, onShow }: { readonly shown: string; onShow(shown: string): void }) {
  const t = useT();
  return (
    <SegmentedControl
      aria-label={t("letters.show")}
      value={shown}
      onChange={onShow}
      data={[
        { value: "waiting", label: t("letters.waiting") },
        { value: "done", label: t("letters.done") },
      ]}
    />
  );
}

function Waiting({ tabs }: { readonly tabs: React.ReactNode }) {
  const t = useT();
  const count = useCount();
  const when = useWhen();
  const editor = useEditor();
  const of = useView(({ lettersOf }) => lettersOf);
  const [text, setText] = useState("");
  const [choice, setChoice] = useState(nothingChosen);
  const [version, ask] = useVersion();
  const [flow = "", node = ""] = of.split("/");
  const load = useCallback(
    () => request("GET /api/dead-letters", { query: { flow, node, limit: pageSize } }),
    [flow, node],
  );
  const { answer, problem } = usePolled(load, version);
  const letters = answer?.letters ?? [];
  const places = useMemo(() => placesIn(letters, of), [letters, of]);
  const fitting = letters.filter((letter) => fits(letter, text.trim().toLowerCase()));
  const chosen = fitting.filter(({ sequence }) => choice.chosen.has(String(sequence)));
  const nameOf = (key: string) => {
    const [ofFlow = "", ofNode = ""] = key.split("/");
    const name = editor.documents.getState().flows[ofFlow]?.history.present.name || ofFlow;
    return `${oneLine(name, 40)} · ${oneLine(nodeName(editor, ofFlow, ofNode), 40)}`;
  };
  const empty =
    answer === undefined ? t("letters.asking") : t(text === "" && of === "" ? "letters.none" : "letters.noMatch");
  return (
    <>
      <div className="letters__bar">
        {tabs}
        <NativeSelect
          size="xs"
          aria-label={t("letters.node")}
          value={of}
          onChange={({ currentTarget }) => editor.view.showLetters(currentTarget.value)}
          data={[
            { value: "", label: t("letters.anyNode") },
            ...places.map((value) => ({ value, label: nameOf(value) })),
          ]}
        />
        <TextInput
          className="letters__search"
          aria-label={t("letters.search")}
          placeholder={t("letters.search")}
          leftSection={<IconSearch size={13} aria-hidden />}
          rightSection={
            text === "" ? null : <CloseButton size="xs" aria-label={t("letters.clear")} onClick={() => setText("")} />
          }
          spellCheck={false}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <span className="letters__total">
          {answer !== undefined && t("letters.total", { shown: count(fitting.length), all: count(answer.total) })}
        </span>
      </div>
      <div className="letters__body">
        <div className="letters__left">
          <div className="letters__head" aria-hidden>
            <span>{t("letters.when")}</span>
            <span>{t("letters.node")}</span>
            <span>{t("letters.reason")}</span>
            <span>{t("letters.message")}</span>
          </div>
          <ChoiceList
            label={t("letters.title")}
            className="letters__row"
            rows={fitting}
            idOf={({ sequence }) => String(sequence)}
            draw={(letter) => (
              <>
                <span className="number">{when(letter.at)}</span>
                <span>{oneLine(nodeName(editor, letter.flow, letter.node), 40)}</span>
                <span title={oneLine(letter.error, 1_000)}>
                  {letter.isReplaying && <em>{t("letters.replaying")} </em>}
                  {oneLine(letter.error, 300)}
                </span>
                <code>{oneLine(letter.excerpt, 200)}</code>
              </>
            )}
            empty={problem || empty}
            choice={choice}
            onChoose={setChoice}
          />
        </div>
        <aside className="letters__detail" aria-label={t("letters.detail")}>
          {chosen.length === 0 && <p className="letters__quiet">{t("letters.choose")}</p>}
          {chosen.length === 1 && chosen[0] !== undefined && (
            <LetterDetail key={chosen[0].sequence} letter={chosen[0]} onDone={ask} />
          )}
          {chosen.length > 1 && (
            <>
              <p className="letters__many">{t("letters.chosen", { n: chosen.length })}</p>
              <LetterActions letters={chosen} edited={undefined} onDone={ask} />
            </>
          )}
        </aside>
      </div>
    </>
  );
}

/** Goes up every few seconds, and whenever it is asked to. */
function useVersion(): readonly [number, () => void] {
  const [version, setVersion] = useState(0);
  const ask = useCallback(() => setVersion((before) => before + 1), []);
  useEffect(() => {
    const timer = setInterval(ask, everyMs);
    return () => clearInterval(timer);
  }, [ask]);
  return [version, ask];
}

function placesIn(letters: readonly DeadLetterSummary[], chosen: string): readonly string[] {
  const keys = new Set(letters.filter(({ node }) => node !== "").map(({ flow, node }) => nodeKey(flow, node)));
  if (chosen !== "") keys.add(chosen);
  return [...keys].sort();
}

function fits({ error, excerpt, subject, traceId }: DeadLetterSummary, text: string): boolean {
  return text === "" || [error, excerpt, subject, traceId].some((part) => part.toLowerCase().includes(text));
}
