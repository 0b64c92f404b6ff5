import { Loader } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck, IconPlugConnected } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { ProbeAnswer } from "../../../server/api/contract.ts";
import { oneLine, visible } from "../../debug/display-text.ts";
import { timeText } from "../../debug/time-text.ts";
import { useT } from "../../i18n/messages.ts";
import { isObject } from "../edit.ts";
import { SmallButton } from "../RowActions.tsx";
import { useSurroundings } from "../surroundings.ts";

type Reading =
  | { readonly is: "asking" }
  | { readonly is: "read"; readonly answer: ProbeAnswer; readonly atMs: number }
  | { readonly is: "failed"; readonly why: string };

/** For a row that is a tag of a device: a button that reads it now, deployed or not, and what came of it. */
export function useTagReading(row: unknown): { readonly button: ReactNode; readonly result: ReactNode } {
  const t = useT();
  const { readTag } = useSurroundings();
  const [reading, setReading] = useState<Reading>();
  const key = isObject(row) && "address" in row && typeof row["key"] === "string" ? row["key"] : "";
  if (readTag === undefined || key === "") return { button: null, result: null };
  const read = async () => {
    setReading({ is: "asking" });
    try {
      const answer = await readTag(key);
      setReading({ is: "read", answer, atMs: Date.now() });
    } catch (error) {
      setReading({ is: "failed", why: (error as Error).message });
    }
  };
  return {
    button: (
      <SmallButton
        label={t("probe.read", { key: oneLine(key, 60) })}
        disabled={reading?.is === "asking"}
        onClick={() => void read()}
      >
        <IconPlugConnected size={13} stroke={1.6} aria-hidden />
      </SmallButton>
    ),
    result: reading === undefined ? null : <Result reading={reading} />,
  };
}

function Result({ reading }: { readonly reading: Reading }) {
  const t = useT();
  if (reading.is === "asking")
    return (
      <p className="form__reading" role="status">
        <Loader size={11} /> {t("probe.asking")}
      </p>
    );
  if (reading.is === "failed")
    return (
      <p className="form__reading" role="status" data-is="bad">
        <IconAlertCircle size={13} aria-hidden /> {visible(reading.why)}
      </p>
    );
  const { values, tookMs } = reading.answer;
  return (
    <div className="form__reading" role="status">
      {values.map(({ device_id, key, value, quality, detail, raw }) => (
        <div key={`${device_id} ${key}`} data-is={quality === 0 ? "good" : "bad"}>
          {quality === 0 ? <IconCircleCheck size={13} aria-hidden /> : <IconAlertCircle size={13} aria-hidden />}
          <strong>{value === null ? "—" : oneLine(String(value), 80)}</strong>
          <span>{quality === 0 ? t("probe.good") : visible(detail ?? t("probe.bad", { quality }))}</span>
          {raw !== undefined && <code title={t("probe.raw")}>{oneLine(raw, 120)}</code>}
          <bdi>{oneLine(device_id, 60)}</bdi>
        </div>
      ))}
      {values.length === 0 && <span>{t("probe.nothing")}</span>}
      <span className="number">{t("probe.took", { at: timeText(reading.atMs), ms: Math.round(tookMs) })}</span>
    </div>
  );
}
