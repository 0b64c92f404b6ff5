import { Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { FlowDocument } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { NodeIcon } from "../palette/NodeIcon.tsx";
import { stages } from "../palette/node-types.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { categoryOf } from "../state/wiring.ts";

const defaultResults: NonNullable<FlowDocument["results"]> = { status: true, data: true, format: "envelope" };

/** Nothing chosen: the flow's own settings. */
export function FlowPanel({ document }: { document: FlowDocument }) {
  const t = useT();
  const { documents } = useEditor();
  const base = useDocuments(({ flows }) => flows[document.id]?.base);
  const set = (change: Partial<FlowDocument>, merge?: string) =>
    documents.edit("step.settings", (before) => ({ ...before, ...change }), merge);
  const results = document.results ?? defaultResults;
  return (
    <>
      <header className="side__head">
        <div className="side__title">
          <h2>{document.name || document.id}</h2>
          <span className="side__hint">
            {base === null || base === undefined
              ? t("side.neverDeployed")
              : base.revision === 0
                ? t("side.fromFile")
                : t("side.revision", { n: base.revision })}
          </span>
        </div>
        <Switch
          label={t(document.enabled ? "flow.enabled" : "flow.disabled")}
          labelPosition="left"
          checked={document.enabled}
          onChange={({ currentTarget }) => set({ enabled: currentTarget.checked })}
        />
      </header>
      <div className="side__body">
        <div className="side__stages">
          {stages.map((category) => {
            const count = document.nodes.filter(({ type }) => categoryOf(type) === category).length;
            return (
              <div key={category} className="side__stage" data-category={category}>
                <NodeIcon name={undefined} category={category} size={15} />
                <span className="number">{count}</span>
                <span>{t(`category.${category}s`)}</span>
              </div>
            );
          })}
        </div>
        <TextInput
          label={t("flow.name")}
          value={document.name}
          placeholder={document.id}
          onChange={({ currentTarget }) => set({ name: currentTarget.value }, "flow-name")}
        />
        <TextInput label={t("flow.id")} value={document.id} readOnly variant="unstyled" className="side__readonly" />
        <Textarea
          label={t("flow.description")}
          autosize
          minRows={2}
          maxRows={8}
          value={document.description}
          onChange={({ currentTarget }) => set({ description: currentTarget.value }, "flow-description")}
        />
        <Select
          label={t("flow.delivery")}
          description={t(document.delivery === "live" ? "flow.deliveryLiveHint" : "flow.deliveryDurableHint")}
          allowDeselect={false}
          data={[
            { value: "live", label: t("flow.deliveryLive") },
            { value: "durable", label: t("flow.deliveryDurable") },
          ]}
          value={document.delivery}
          onChange={(value) => set({ delivery: value === "durable" ? "durable" : "live" })}
        />
        <fieldset className="side__fieldset">
          <legend>{t("flow.results")}</legend>
          <Switch
            label={t("flow.resultsStatus")}
            checked={results.status}
            onChange={({ currentTarget }) => set({ results: { ...results, status: currentTarget.checked } })}
          />
          <Switch
            label={t("flow.resultsData")}
            checked={results.data}
            onChange={({ currentTarget }) => set({ results: { ...results, data: currentTarget.checked } })}
          />
          <Switch
            label={t("flow.resultsRejected")}
            checked={results.rejected ?? true}
            onChange={({ currentTarget }) => set({ results: { ...results, rejected: currentTarget.checked } })}
          />
          <Switch
            label={t("flow.resultsBare")}
            checked={results.format === "bare"}
            onChange={({ currentTarget }) =>
              set({ results: { ...results, format: currentTarget.checked ? "bare" : "envelope" } })
            }
          />
        </fieldset>
        <p className="side__tips">{t("side.tips")}</p>
      </div>
    </>
  );
}
