/** Every kind of check there is. */
import { z } from "zod";
import type { Clock } from "../../contract/clock.ts";
import { glob } from "../../points/glob.ts";
import type { Check, Judge } from "./check.ts";
import { age } from "./checks/age.ts";
import { allowed } from "./checks/allowed.ts";
import { expression } from "./checks/expression.ts";
import { order } from "./checks/order.ts";
import { quality } from "./checks/quality.ts";
import { range } from "./checks/range.ts";
import { required } from "./checks/required.ts";
import { schema } from "./checks/schema.ts";
import { type } from "./checks/type.ts";

const checks = { range, type, required, allowed, quality, age, order, schema, expression };

export const checkField = z.discriminatedUnion("check", [
  range.settings,
  type.settings,
  required.settings,
  allowed.settings,
  quality.settings,
  age.settings,
  order.settings,
  schema.settings,
  expression.settings,
]);
export type CheckSettings = z.output<typeof checkField>;

/** The kind that the settings are of; the only place where the two are brought together. */
function kindOf({ check }: CheckSettings): Check {
  return checks[check] as unknown as Check;
}

export function checkWords(settings: CheckSettings): string {
  const words = kindOf(settings).words(settings);
  return settings.keys === undefined ? words : `${settings.keys}: ${words}`;
}

export interface KeyedJudge extends Judge {
  /** Whether the check is for this key. */
  applies(key: string): boolean;
  readonly words: string;
}

export function judgeOf(settings: CheckSettings, clock: Clock): KeyedJudge {
  const judge = kindOf(settings).create(settings, { clock });
  const applies = settings.keys === undefined ? () => true : glob(settings.keys);
  return { ...judge, applies, words: checkWords(settings) };
}
