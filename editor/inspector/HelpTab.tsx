import { Button } from "@mantine/core";
import type { FlowDocument, FlowNode, NodeDescription } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { FormattedText } from "../markdown/FormattedText.tsx";
import { exampleConfig } from "./example.ts";

interface Props {
  readonly node: FlowNode;
  readonly description: NodeDescription;
  readonly document: FlowDocument;
  onChange(node: FlowNode): void;
}
type Example = NodeDescription["examples"][number];

/** The node's own help and its examples, each a configuration to start from. */
export function HelpTab({ node, description, document, onChange }: Props) {
  const t = useT();
  const use = (example: Example) =>
    onChange({ ...node, config: exampleConfig(description, example, node, document.connections) });
  return (
    <div className="inspector__help">
      <p className="inspector__summary">{description.summary}</p>
      <FormattedText text={description.help} />
      {description.examples.length === 0 ? null : <h3 className="inspector__heading">{t("inspector.examples")}</h3>}
      {description.examples.map((example) => (
        <article key={example.title} className="inspector__example">
          <header>
            <h4>{example.title}</h4>
            <Button size="compact-xs" variant="light" onClick={() => use(example)}>
              {t("inspector.useExample")}
            </Button>
          </header>
          <ExampleSteps example={example} />
          <details>
            <summary>{t("inspector.exampleConfig")}</summary>
            <pre>{JSON.stringify(example.config, null, 2)}</pre>
          </details>
        </article>
      ))}
    </div>
  );
}

function ExampleSteps({ example }: { readonly example: Example }) {
  const t = useT();
  const { input = [], output = [] } = example;
  if (input.length === 0 && output.length === 0) return null;
  return (
    <dl className="inspector__steps">
      <dt>{t("inspector.exampleInput")}</dt>
      <dd>
        {input.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are fixed and told apart by their place
          <code key={index}>
            {step.at === undefined ? "" : `${step.at}  `}
            {"point" in step ? short(step.point) : "raw" in step ? short(step.raw) : t("inspector.wait")}
          </code>
        ))}
      </dd>
      <dt>{t("inspector.exampleOutput")}</dt>
      <dd>
        {output.length === 0 ? <code>–</code> : null}
        {output.map(({ port, point }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: emissions are fixed and told apart by their place
          <code key={index}>
            {port === undefined ? "" : `${port}  `}
            {short(point)}
          </code>
        ))}
      </dd>
    </dl>
  );
}

/** `{"key":"temperature","value":85}` → `key: temperature, value: 85`. */
function short(object: object): string {
  return Object.entries(object)
    .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}
