import { HoverCard } from "@mantine/core";
import { useEffect, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { formatRate } from "../live/format.ts";
import { useEditor, useLink, useOverview } from "../state/editor.ts";

/** Whether the gateway can be heard, whether its bus stands, and how much flows; more on hover. */
export function BusState() {
  const t = useT();
  const { feed } = useEditor();
  const link = useLink();
  const health = useOverview((overview) => overview.health);
  const rate = useOverview((overview) => formatRate(overview.messageRate) || "0");
  if (link.state !== "open")
    return (
      <button type="button" className="bus" data-state="lost" onClick={feed.retryNow} title={t("bus.retryNow")}>
        <span className="bus__dot" />
        {link.state === "lost" ? <Countdown untilMs={link.retryAtMs} /> : t("bus.connecting")}
      </button>
    );
  const state = health?.bus.state ?? "disconnected";
  const notices = health?.notices ?? [];
  const rows =
    health === undefined
      ? []
      : ([
          [t("bus.server"), health.bus.server],
          [t("bus.url"), health.bus.url],
          [t("bus.jetstream"), health.jetstream.enabled ? health.jetstream.detail || t("bus.on") : t("bus.off")],
          [t("bus.runtime"), t("bus.runtimeText", { flows: health.runtime.flows, nodes: health.runtime.nodes })],
          [t("bus.version"), health.version],
        ] as const);
  return (
    <HoverCard width={320} shadow="md" openDelay={250} position="bottom-end">
      <HoverCard.Target>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the details have to be reachable by keyboard too */}
        <div className="bus" data-state={state} tabIndex={0} role="status">
          <span className="bus__dot" />
          {state === "connected" ? (
            <>
              {t("bus.bus")}
              <strong className="number">{rate}</strong> msg/s
            </>
          ) : (
            t(`bus.${state}`)
          )}
          {notices[0] !== undefined && <span className="bus__notice">{notices[0]}</span>}
        </div>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <dl className="bus__details">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {notices.map((notice) => (
          <p key={notice} className="bus__detail">
            {notice}
          </p>
        ))}
        {health?.bus.detail !== undefined && health.bus.detail !== "" && (
          <p className="bus__detail">{health.bus.detail}</p>
        )}
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

function Countdown({ untilMs }: { untilMs: number }) {
  const t = useT();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return <>{t("bus.lost", { seconds: Math.max(0, Math.ceil((untilMs - now) / 1_000)) })}</>;
}
