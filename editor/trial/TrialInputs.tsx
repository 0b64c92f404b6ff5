import { ActionIcon, Button, Menu, NativeSelect, TextInput, Tooltip } from "@mantine/core";
import { IconBolt, IconChevronDown, IconFlask, IconPlayerPlay, IconPlus, IconTrash } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { FlowDocument, SavedTests } from "../../server/api/contract.ts";
import { oneLine } from "../debug/display-text.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import type { Bench, DraftInput, ReadInputs } from "./bench.ts";
import { latestOf } from "./latest.ts";

const JsonEditor = lazy(() =>
  import("../code/JsonEditor.tsx").then(({ JsonEditor: component }) => ({ default: component })),
);

type Faults = Extract<ReadInputs, { ok: false }>["faults"];

interface Props {
  readonly document: FlowDocument;
  readonly bench: Bench;
  readonly faults: Faults;
  takesReadings(node: string): boolean | undefined;
  readonly isAllowed: boolean;
  /** Why not; empty when it is allowed. */
  readonly notAllowed: string;
  onRun(): void;
}

const samplePoint = '{ "device_id": "test", "key": "temperature", "value": 25.5 }';
const sampleReading = '{ "payload": { "temperature": 25.5 }, "device": "test" }';

/** The messages that are sent, and when. */
export function TrialInputs({ document, bench, faults, takesReadings, isAllowed, notAllowed, onRun }: Props) {
  const t = useT();
  const { benches } = useEditor();
  const selected = useDocuments(({ selection }) => [...selection.nodes].at(0));
  const flow = document.id;
  const add = () => {
    const last = bench.inputs.at(-1);
    const node = document.nodes.some(({ id }) => id === selected) ? selected : (last?.node ?? document.nodes[0]?.id);
    if (node === undefined) return;
    const fresh = takesReadings(node) ? sampleReading : samplePoint;
    benches.add(flow, { node, at: last?.at ?? "0s", text: last?.node === node ? last.text : fresh });
  };
  return (
    <div className="trial__inputs">
      <div className="trial__bar">
        <Button
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          disabled={!isAllowed || bench.inputs.length === 0 || faults.size > 0}
          loading={bench.isBusy}
          onClick={onRun}
          title={bench.inputs.length === 0 ? t("trial.noInputs") : notAllowed}
        >
          {t("trial.run")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={document.nodes.length === 0}
          onClick={add}
        >
          {t("trial.add")}
        </Button>
        <SavedTestsMenu flow={flow} />
      </div>
      {notAllowed !== "" && <p className="trial__quiet">{notAllowed}</p>}
      {bench.inputs.length === 0 && <p className="trial__quiet">{t("trial.intro")}</p>}
      <ol className="trial__list" aria-label={t("trial.inputs")}>
        {bench.inputs.map((input, index) => (
          <InputRow
            key={input.id}
            input={input}
            number={index + 1}
            document={document}
            fault={faults.get(input.id)}
            reads={takesReadings(input.node) === true}
          />
        ))}
      </ol>
      {bench.inputs.length > 0 && (
        <div className="trial__lasts">
          <label htmlFor="trial-lasts">{t("trial.lasts")}</label>
          <TextInput
            id="trial-lasts"
            w={70}
            value={bench.lasts}
            error={faults.has("lasts") && t("trial.fault.duration")}
            onChange={({ currentTarget }) => benches.change(flow, { lasts: currentTarget.value, test: undefined })}
          />
          <span className="trial__quiet">{t("trial.lastsHint")}</span>
        </div>
      )}
    </div>
  );
}

interface RowProps {
  readonly input: DraftInput;
  readonly number: number;
  readonly document: FlowDocument;
  readonly fault: "duration" | "json" | "node" | undefined;
  readonly reads: boolean;
}

function InputRow({ input, number, document, fault, reads }: RowProps) {
  const t = useT();
  const editor = useEditor();
  const { benches } = editor;
  const flow = document.id;
  const [note, setNote] = useState("");
  const edit = (change: Partial<DraftInput>) => {
    setNote("");
    benches.edit(flow, input.id, change);
  };
  const takeLive = async () => {
    const latest = await latestOf(editor, flow, input.node).catch((error: Error) => error);
    if (latest instanceof Error) setNote(latest.message);
    else if (latest === undefined) setNote(t("trial.noLive"));
    else edit({ text: JSON.stringify(latest, null, 2) });
  };
  const isThere = document.nodes.some(({ id }) => id === input.node);
  const names = document.nodes.map(({ id, name }) => ({ value: id, label: oneLine(name || id, 60) }));
  const label = t("trial.textOf", { n: number });
  return (
    <li className="trial__input">
      <div className="trial__line">
        <TextInput
          aria-label={t("trial.atOf", { n: number })}
          leftSection={<span className="trial__quiet">{t("trial.at")}</span>}
          leftSectionWidth={32}
          w={100}
          value={input.at}
          error={fault === "duration"}
          onChange={({ currentTarget }) => edit({ at: currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          className="trial__node"
          aria-label={t("trial.nodeOf", { n: number })}
          value={input.node}
          error={fault === "node"}
          data={isThere ? names : [{ value: input.node, label: oneLine(input.node, 60) }, ...names]}
          onChange={({ currentTarget }) => edit({ node: currentTarget.value })}
        />
        <Tooltip label={t("trial.live")}>
          <ActionIcon size="sm" aria-label={t("trial.live")} onClick={() => void takeLive()}>
            <IconBolt size={15} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon
          size="sm"
          aria-label={t("trial.remove", { n: number })}
          onClick={() => benches.remove(flow, input.id)}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </div>
      <p className="trial__quiet">{t(reads ? "trial.reads" : "trial.gets")}</p>
      <div className="trial__code">
        <Suspense fallback={<pre>{input.text}</pre>}>
          <JsonEditor
            label={label}
            value={input.text}
            isInvalid={fault === "json"}
            onChange={(text) => edit({ text })}
          />
        </Suspense>
      </div>
      {(fault !== undefined || note !== "") && (
        <p className="trial__fault" role="status">
          {fault === undefined ? note : t(`trial.fault.${fault}`)}
        </p>
      )}
    </li>
  );
}

/** The tests that stand beside the flow, asked for when the menu opens. */
function SavedTestsMenu({ flow }: { readonly flow: string }) {
  const t = useT();
  const { benches } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const [saved, setSaved] = useState<SavedTests>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (!isOpen) return;
    request("GET /api/flows/:id/tests", { params: { id: flow } }).then(
      (tests) => {
        setSaved(tests);
        setProblem(tests.faults.length === 0 ? "" : t("trial.faults", { why: tests.faults.join("; ") }));
      },
      (error: Error) => setProblem(error.message),
    );
  }, [isOpen, flow, t]);
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-end" width={320}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconFlask size={14} aria-hidden />}
          rightSection={<IconChevronDown size={12} aria-hidden />}
        >
          {t("trial.tests")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {saved?.tests.map((test) => (
          <Menu.Item key={test.name} onClick={() => benches.take(flow, test)}>
            {oneLine(test.name, 120)}
          </Menu.Item>
        ))}
        {problem !== "" && <p className="trial__fault">{problem}</p>}
        {problem === "" && saved?.tests.length === 0 && <Menu.Label>{t("trial.noTests")}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
