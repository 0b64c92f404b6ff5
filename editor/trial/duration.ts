const parts = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/y;
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `1m30s` or `0`; `undefined` for anything else. */
export function durationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "0" || trimmed === "") return 0;
  parts.lastIndex = 0;
  let ms = 0;
  let end = 0;
  for (let part = parts.exec(trimmed); part !== null; part = parts.exec(trimmed)) {
    ms += Number(part[1]) * (unitMs[part[2] ?? ""] ?? 0);
    end = parts.lastIndex;
  }
  return end === trimmed.length ? ms : undefined;
}

/** The shortest text that means so many milliseconds: `1m30s`. */
export function durationText(ms: number): string {
  if (ms === 0) return "0s";
  let left = ms;
  const texts = (["d", "h", "m", "s", "ms"] as const).map((unit) => {
    const count = Math.floor(left / (unitMs[unit] ?? 1));
    left -= count * (unitMs[unit] ?? 1);
    return count === 0 ? "" : `${count}${unit}`;
  });
  return texts.join("");
}
