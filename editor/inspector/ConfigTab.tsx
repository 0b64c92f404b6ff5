import { Alert, Switch, TextInput, VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import type { JsonSchema, NodeDescription } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { isObject, type JsonObject } from "../widgets/edit.ts";
import { Form } from "../widgets/Form.tsx";
import type { JsonField, TextField } from "../widgets/field.ts";
import { JsonWidget } from "../widgets/JsonWidget.tsx";
import { Advanced } from "../widgets/ObjectForm.tsx";
import { noProblems, type PlacedProblem, problemsOfNode } from "../widgets/place-problems.ts";
import { TextWidget } from "../widgets/TextWidget.tsx";
import type { InspectorProps } from "./Inspector.tsx";
import { type NodeTextName, problemsOfText, withDisabled, withText } from "./node-edit.ts";

/** Name, switch and form of a node, and below what few people need: subject of the input, rule id. */
export function ConfigTab({ node, description, problems, onChange }: InspectorProps) {
  const t = useT();
  const { own, ofTexts, ofConfig } = useMemo(
    () => sorted(problemsOfNode(problems, node.id), description),
    [problems, node.id, description],
  );
  const texts = [...ofTexts.keys()];
  const elsewhere = [...ofTexts.values()].flat();
  const setConfig = (config: JsonObject) => onChange({ ...node, config: { ...config } });

  return (
    <div className="form">
      <VisuallyHidden role="status">
        {own.length === 0 ? "" : `${t("inspector.problems", { n: own.length })}: ${wordsOf(own)}`}
      </VisuallyHidden>
      <div className="inspector__head">
        <TextInput
          label={t("inspector.name")}
          placeholder={description?.title ?? node.id}
          autoComplete="off"
          value={node.name}
          onChange={(event) => onChange({ ...node, name: event.currentTarget.value })}
        />
        <Switch
          label={t("inspector.enabled")}
          checked={node.disabled !== true}
          onChange={(event) => onChange(withDisabled(node, !event.currentTarget.checked))}
        />
      </div>
      {node.disabled === true ? <p className="inspector__quiet">{t("inspector.disabledHint")}</p> : null}
      {description === undefined ? (
        <>
          <Alert
            color="orange"
            variant="light"
            title={t("inspector.unknownType", { type: node.type })}
            className="inspector__unknown"
          >
            {t("inspector.unknownTypeHint")}
          </Alert>
          <JsonWidget
            field={anything}
            label={t("inspector.config")}
            value={node.config}
            fallback={undefined}
            problems={ofConfig}
            onChange={(config) => setConfig(isObject(config) ? config : {})}
          />
        </>
      ) : (
        <>
          {hasFields(description.config) ? null : <p className="inspector__quiet">{t("inspector.noConfig")}</p>}
          <Form schema={description.config} value={node.config} problems={ofConfig} onChange={setConfig} />
        </>
      )}
      {texts.length === 0 ? null : (
        <Advanced
          label={t("inspector.onTheBus")}
          troubled={elsewhere.length > 0}
          count={texts.length}
          changed={texts.filter((name) => node[name] !== undefined).length}
        >
          <div className="form__grid">
            {texts.map((name) => (
              <div key={name} className="form__wide">
                <TextWidget
                  field={{ ...text, description: t(`inspector.${name}Hint`) }}
                  label={t(`inspector.${name}`)}
                  value={node[name]}
                  fallback={undefined}
                  problems={ofTexts.get(name) ?? noProblems}
                  onChange={(value) => onChange(withText(node, name, typeof value === "string" ? value : undefined))}
                />
              </div>
            ))}
          </div>
        </Advanced>
      )}
    </div>
  );
}

/** Which problems concern the texts of the node itself, and which its configuration. */
function sorted(own: readonly PlacedProblem[], description: NodeDescription | undefined) {
  const texts: NodeTextName[] = [];
  if ((description?.inputs.length ?? 0) > 0) texts.push("subject");
  if (description?.category === "rule") texts.push("ruleId");
  const ofTexts = new Map(texts.map((name) => [name, problemsOfText(own, name, description?.config)]));
  const elsewhere = [...ofTexts.values()].flat();
  return { own, ofTexts, ofConfig: own.filter((problem) => !elsewhere.includes(problem)) };
}

function hasFields(schema: JsonSchema): boolean {
  return isObject(schema["properties"]) && Object.keys(schema["properties"]).length > 0;
}

const text: TextField = { kind: "text", widget: "subject", advanced: false, showWhen: {}, initial: undefined };
const anything: JsonField = { kind: "json", advanced: false, showWhen: {}, initial: undefined };

function wordsOf(problems: readonly PlacedProblem[]): string {
  return problems.map(({ problem }) => problem.message).join(" ");
}
