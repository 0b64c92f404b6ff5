import { Button, Group, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useStore } from "zustand";
import { may } from "../account/account.ts";
import { useT } from "../i18n/messages.ts";
import { formatValue } from "../live/format.ts";
import { intentOf } from "../state/deployment.ts";
import { differenceOf, fieldChanges } from "../state/difference.ts";
import type { OpenFlow } from "../state/document.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { deployNow, notDeploy } from "./deploy-now.ts";
import { intentText } from "./intent-text.ts";

/** Everything that a deployment would change, node by node, with a word about why. */
export function ChangesDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const editor = useEditor();
  const flows = useDocuments((state) => state.flows);
  const order = useDocuments((state) => state.order);
  const session = useStore(editor.account);
  const isAllowed = may(session, "editor");
  const [message, setMessage] = useState("");
  const intent = useMemo(() => intentOf({ flows, order }), [flows, order]);
  const deploy = () => {
    onClose();
    void deployNow(editor, t, intent.flows, message);
  };
  if (intent.flows.length === 0) return <p>{t("deploy.nothing")}</p>;
  return (
    <>
      {intent.flows.map((id) => {
        const flow = flows[id];
        return flow === undefined ? null : <FlowChanges key={id} flow={flow} />;
      })}
      <TextInput
        label={t("changes.message")}
        placeholder={t("changes.messageHint")}
        value={message}
        data-autofocus
        onChange={({ currentTarget }) => setMessage(currentTarget.value)}
        onKeyDown={({ key }) => key === "Enter" && deploy()}
      />
      <Group justify="space-between" mt="md">
        <span className="side__hint">
          {intentText(intent, t)}
          {intent.kept > 0 && `, ${t("intent.kept", { n: intent.kept })}`}
        </span>
        <Button disabled={!isAllowed} title={isAllowed ? undefined : notDeploy(session, t)} onClick={deploy}>
          {t("command.deploy")}
        </Button>
      </Group>
    </>
  );
}

function FlowChanges({ flow }: { flow: OpenFlow }) {
  const t = useT();
  const { documents } = useEditor();
  const { id, base, history, removed } = flow;
  const now = history.present;
  const before = base?.document;
  const difference = differenceOf(before, now);
  const nameIn = (document: typeof now | undefined, node: string) =>
    document?.nodes.find((each) => each.id === node)?.name || node;
  const find = (document: typeof now | undefined, node: string) => document?.nodes.find((each) => each.id === node);
  return (
    <section className="changes__flow">
      <h3>
        {now.name || id}
        {base === null ? (
          <span className="side__hint">{t("changes.newFlow")}</span>
        ) : (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => documents.discard(id)}>
            {t("command.discard")}
          </Button>
        )}
      </h3>
      {removed ? (
        <div className="changes__row">
          <span className="changes__kind" data-kind="removed">
            {t("changes.removed")}
          </span>
          <span>{t("changes.wholeFlow", { n: before?.nodes.length ?? 0 })}</span>
        </div>
      ) : (
        <>
          {difference.added.map((node) => (
            <Row key={node} kind="new" title={nameIn(now, node)} />
          ))}
          {difference.changed.map((node) => (
            <Row key={node} kind="changed" title={nameIn(now, node)}>
              {fieldChanges(find(before, node), find(now, node)).map((change) => (
                <div key={change.path}>
                  {change.path}: {change.before !== undefined && <del>{formatValue(change.before)}</del>} →{" "}
                  {change.after !== undefined && <ins>{formatValue(change.after)}</ins>}
                </div>
              ))}
            </Row>
          ))}
          {difference.removed.map((node) => (
            <Row key={node} kind="removed" title={nameIn(before, node)} />
          ))}
          {difference.wiresAdded + difference.wiresRemoved > 0 && (
            <Row
              kind="changed"
              title={t("changes.wires", { added: difference.wiresAdded, removed: difference.wiresRemoved })}
            />
          )}
          {difference.settings && base !== null && <Row kind="changed" title={t("changes.settings")} />}
          {difference.layout && base !== null && <Row kind="changed" title={t("changes.layout")} />}
        </>
      )}
    </section>
  );
}

function Row({
  kind,
  title,
  children,
}: {
  kind: "new" | "changed" | "removed";
  title: string;
  children?: React.ReactNode;
}) {
  const t = useT();
  return (
    <div className="changes__row">
      <span className="changes__kind" data-kind={kind}>
        {t(`changes.${kind}`)}
      </span>
      <div>
        {title}
        {children !== undefined && <div className="changes__fields">{children}</div>}
      </div>
    </div>
  );
}
