/** The configuration of an action, which may stand at its top level or under `parameters`. */
import { isRecord } from "../node-red-file.ts";

export interface Fields {
  any(name: string): unknown;
  /** Empty when it is none. */
  text(name: string): string;
  number(name: string): number | undefined;
  list(name: string): readonly unknown[];
  record(name: string): Readonly<Record<string, unknown>>;
}

export function fieldsOf(config: unknown): Fields {
  const top = isRecord(config) ? config : {};
  const under = isRecord(top["parameters"]) ? top["parameters"] : {};
  const any = (name: string) =>
    Object.hasOwn(under, name) ? under[name] : Object.hasOwn(top, name) ? top[name] : undefined;
  return {
    any,
    text: (name) => (typeof any(name) === "string" ? (any(name) as string) : ""),
    number(name) {
      const value = any(name);
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof number === "number" && Number.isFinite(number) ? number : undefined;
    },
    list: (name) => (Array.isArray(any(name)) ? (any(name) as readonly unknown[]) : []),
    record: (name) => (isRecord(any(name)) ? (any(name) as Readonly<Record<string, unknown>>) : {}),
  };
}
