/** Which series a rule watches: lists of names in which `*` stands for any characters. Empty lists mean all. */
import type { Scope } from "../../contract/node.ts";
import type { Point } from "../../contract/point.ts";
import { glob } from "../../points/glob.ts";

export interface Selection {
  readonly keys: readonly string[];
  readonly devices: readonly string[];
}

export function selection({ keys, devices }: Selection): (point: Point) => boolean {
  const isKey = anyOf(keys);
  const isDevice = anyOf(devices);
  return ({ key, device_id }) => isKey(key) && isDevice(device_id);
}

/** What of the incoming is selected. */
export function selected({ keys, devices }: Selection, incoming: Scope): Scope {
  return { keys: narrowed(keys, incoming.keys), devices: narrowed(devices, incoming.devices) };
}

function anyOf(patterns: readonly string[]): (text: string) => boolean {
  if (patterns.length === 0) return () => true;
  const matchers = patterns.map(glob);
  return (text) => matchers.some((matches) => matches(text));
}

function narrowed(patterns: readonly string[], incoming: readonly string[] | undefined): readonly string[] | undefined {
  if (incoming !== undefined) return incoming.filter(anyOf(patterns));
  const areNames = patterns.length > 0 && patterns.every((pattern) => !pattern.includes("*"));
  return areNames ? patterns : undefined;
}
