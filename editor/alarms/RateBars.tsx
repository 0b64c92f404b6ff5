import { useT } from "../i18n/messages.ts";

/** How many alarms were raised in each of the last 60 minutes. */
export function RateBars({ perMinute }: { readonly perMinute: readonly number[] }) {
  const t = useT();
  const most = Math.max(1, ...perMinute);
  const total = perMinute.reduce((sum, count) => sum + count, 0);
  const label = t("alarms.rate", { n: total, most: Math.max(0, ...perMinute) });
  const bars = perMinute.map((count, minute) => ({ x: minute * 2, height: count === 0 ? 1 : 2 + (count / most) * 16 }));
  return (
    <span className="alarms__rate" title={label}>
      <svg width={120} height={18} role="img" aria-label={label}>
        {bars.map(({ x, height }) => (
          <rect key={x} x={x} y={18 - height} width={1.5} height={height} data-none={height === 1} />
        ))}
      </svg>
      <span className="number" aria-hidden>
        {t("alarms.rateShort", { n: total })}
      </span>
    </span>
  );
}
