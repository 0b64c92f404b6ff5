/** The numbers in a message, each with the series it belongs to, for plots. Pure. */

export interface SampledValue {
  /** `device/key`. */
  readonly series: string;
  readonly value: number;
}

export function sampledValues(text: string): readonly SampledValue[] {
  return valuesIn(parsed(text));
}

/** Of a point its value, of a reading the numbers of its payload; true and false as 1 and 0. Empty for anything else. */
export function valuesIn(message: unknown): readonly SampledValue[] {
  if (!isObject(message)) return [];
  const device = typeof message["device_id"] === "string" ? message["device_id"] : "";
  const { key, value: content, payload = content } = message as { readonly [field: string]: unknown };
  const isPoint = typeof key === "string" && key !== "";
  const named = isPoint ? [[key, content] as const] : Object.entries(objectIn(payload));
  return named.flatMap(([name, field]) => {
    const value = typeof field === "boolean" ? Number(field) : field;
    return typeof value === "number" && Number.isFinite(value) ? [{ series: `${device}/${name}`, value }] : [];
  });
}

/** Payloads of many devices are JSON text. */
function objectIn(payload: unknown): object {
  const content = typeof payload === "string" ? parsed(payload) : payload;
  return isObject(content) ? content : {};
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
