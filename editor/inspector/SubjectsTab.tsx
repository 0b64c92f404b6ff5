import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { NodeInsight } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { subscribeCommand } from "./subscribe-command.ts";

/** What the node reads and publishes on the bus, each with the command that shows it anywhere. */
export function SubjectsTab({ insight }: { readonly insight: NodeInsight | undefined }) {
  const t = useT();
  if (insight === undefined) return <p className="inspector__quiet">{t("inspector.notChecked")}</p>;
  return (
    <div className="inspector__subjects">
      <Subjects title={t("inspector.reads")} subjects={insight.reads} none={t("inspector.readsNothing")} />
      <Subjects title={t("inspector.publishes")} subjects={insight.publishes} none={t("inspector.publishesNothing")} />
      <p className="inspector__quiet">{t("inspector.watch")}</p>
    </div>
  );
}

function Subjects(props: { readonly title: string; readonly subjects: readonly string[]; readonly none: string }) {
  return (
    <section>
      <h3 className="inspector__heading">{props.title}</h3>
      {props.subjects.length === 0 ? <p className="inspector__quiet">{props.none}</p> : null}
      <ul className="inspector__list">
        {props.subjects.map((subject) => (
          <Subject key={subject} subject={subject} />
        ))}
      </ul>
    </section>
  );
}

function Subject({ subject }: { readonly subject: string }) {
  const t = useT();
  return (
    <li className="inspector__command">
      <code>
        <span className="inspector__verb">nats sub </span>
        {`"${subject}"`}
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
