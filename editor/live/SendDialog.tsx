import { Button, Group, JsonInput, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useStore } from "zustand";
import { may } from "../account/account.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { currentFlow } from "../state/document.ts";
import { useEditor } from "../state/editor.ts";

const sample = `{ "device_id": "test", "key": "temperature", "value": 25.5 }`;

/** Puts a message on the bus, exactly as `nats pub` would: on the subject of the chosen node, or any other. */
export function SendDialog({ node, onClose }: { node: string | undefined; onClose: () => void }) {
  const t = useT();
  const editor = useEditor();
  const session = useStore(editor.account);
  const isAllowed = may(session, "operator");
  const [subject, setSubject] = useState(() => subjectOf(editor, node));
  const [payload, setPayload] = useState(sample);
  const [error, setError] = useState<string>();
  const send = async () => {
    try {
      await request("POST /api/publish", { body: { subject, payload: readPayload(payload) } });
      notifications.show({ message: t("send.done", { subject }), color: "green" });
      onClose();
    } catch (failure) {
      setError((failure as Error).message);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextInput
        label={t("send.subject")}
        description={t("send.subjectHint")}
        value={subject}
        data-autofocus
        spellCheck={false}
        ff="monospace"
        onChange={({ currentTarget }) => setSubject(currentTarget.value)}
      />
      <JsonInput
        label={t("send.payload")}
        description={t("send.payloadHint")}
        size="xs"
        mt="sm"
        autosize
        minRows={5}
        maxRows={16}
        value={payload}
        spellCheck={false}
        onChange={setPayload}
        error={error}
      />
      <Group justify="flex-end" mt="md">
        {!isAllowed && session.role !== "anyone" && (
          <span className="side__hint">{t("access.notSend", { role: t(`access.role.${session.role}`) })}</span>
        )}
        <Button type="submit" disabled={!isAllowed || subject === "" || /[*>\s]/.test(subject)}>
          {t("send.send")}
        </Button>
      </Group>
    </form>
  );
}

/** JSON is sent as what it says, other text as text. */
function readPayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function subjectOf({ documents, check }: ReturnType<typeof useEditor>, node: string | undefined): string {
  const flow = currentFlow(documents.getState());
  const insight = node === undefined ? undefined : check.getState().flows[flow?.id ?? ""]?.nodes[node];
  const [subject = "iot.processed.test.temperature"] = insight?.publishes ?? [];
  return subject.replace(/[*>]/g, "test");
}
