import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { CompiledNode, NodeInsight } from "../../server/api/contract.ts";
import { type Translate, useT } from "../i18n/messages.ts";
import { subscribeCommand } from "./subscribe-command.ts";

interface Props {
  readonly insight: NodeInsight | undefined;
  /** Of the conversion that the compiler put behind the node. */
  readonly between: NodeInsight | undefined;
  nameOf(node: string): string;
}

/** The node as it runs: what it reads and publishes on the bus, each with the command that shows it anywhere. */
export function SubjectsTab({ insight, between, nameOf }: Props) {
  const t = useT();
  if (insight === undefined) return <p className="inspector__quiet">{t("inspector.notChecked")}</p>;
  return (
    <div className="inspector__subjects">
      <Compiled insight={insight} nameOf={nameOf} />
      {between === undefined ? null : (
        <section className="inspector__between" aria-label={t("inspector.between")}>
          <h3 className="inspector__heading">{t("inspector.between")}</h3>
          <Compiled insight={between} nameOf={nameOf} />
        </section>
      )}
      <p className="inspector__quiet">{t("inspector.watch")}</p>
    </div>
  );
}

function Compiled({ insight, nameOf }: Pick<Props, "nameOf"> & { readonly insight: NodeInsight }) {
  const t = useT();
  const { reads, publishes, compiled } = insight;
  const senders = new Map(compiled?.inputs.map(({ subject, from }) => [subject, fromText(from, nameOf, t)]));
  return (
    <>
      <Subjects title={t("inspector.reads")} subjects={reads} none={t("inspector.readsNothing")} notes={senders} />
      {compiled === undefined ? null : (
        <dl className="inspector__facts">
          <Fact title={t("inspector.queue")}>{compiled.queue && <code>{compiled.queue}</code>}</Fact>
          <Fact title={t("inspector.ruleId")}>{compiled.ruleId && <code>{compiled.ruleId}</code>}</Fact>
          {compiled.calls.map(({ port, nodes }) => (
            <Fact key={port} title={t("inspector.calls", { port })}>
              {nodes.map(nameOf).join(", ")}
            </Fact>
          ))}
          <Fact title={t("inspector.streams")}>
            {compiled.streams.length > 0 && <code>{compiled.streams.join(", ")}</code>}
          </Fact>
        </dl>
      )}
      <Subjects title={t("inspector.publishes")} subjects={publishes} none={t("inspector.publishesNothing")} />
    </>
  );
}

/** Left out where there is nothing to say. */
function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  if (children === undefined || children === false || children === "") return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  );
}

function fromText(from: CompiledNode["inputs"][number]["from"], nameOf: Props["nameOf"], t: Translate): string {
  if (from === "anybody") return t("inspector.fromAnybody");
  if (from === "outside") return t("inspector.fromOutside");
  const names = from.map((sender) => {
    const [node = "", port] = sender.split(".");
    return port === undefined ? nameOf(node) : `${nameOf(node)} (${port})`;
  });
  return t("inspector.from", { nodes: names.join(", ") });
}

function Subjects(props: {
  readonly title: string;
  readonly subjects: readonly string[];
  readonly none: string;
  readonly notes?: ReadonlyMap<string, string>;
}) {
  return (
    <section>
      <h3 className="inspector__heading">{props.title}</h3>
      {props.subjects.length === 0 ? <p className="inspector__quiet">{props.none}</p> : null}
      <ul className="inspector__list">
        {props.subjects.map((subject) => (
          <Subject key={subject} subject={subject} note={props.notes?.get(subject)} />
        ))}
      </ul>
    </section>
  );
}

function Subject({ subject, note }: { readonly subject: string; readonly note: string | undefined }) {
  const t = useT();
  return (
    <li className="inspector__command">
      <code>
        <span className="inspector__verb">nats sub </span>
        {`"${subject}"`}
        {note === undefined ? null : <small className="inspector__note">{note}</small>}
      </code>
      <CopyButton value={subscribeCommand(subject)}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("field.copied") : t("inspector.copyCommand", { subject })}>
            <ActionIcon size={22} aria-label={t("inspector.copyCommand", { subject })} onClick={copy}>
              {copied ? <IconCheck size={14} stroke={1.6} /> : <IconCopy size={14} stroke={1.6} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </li>
  );
}
