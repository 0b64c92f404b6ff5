/** What every node type declares, whatever its kind. The palette, form, help, docs and checks are all made from it. */
import type { z } from "zod";
import type { Point, Raw } from "./point.ts";

export const categories = ["adapter", "plugin", "rule", "sink"] as const;
export type Category = (typeof categories)[number];

export interface Port {
  readonly name: string;
  readonly title: string;
  /**
   * Of plugins: what leaves by it is turned away. It never stands on `iot.processed`, but with its reason on
   * `iot.errors.plugins.{name}`, where a rule or sink wired to the port gets it.
   */
  readonly rejects?: true;
  /**
   * Of rules: what leaves by it is mostly wanted by nobody. A flow can have it published only where something is wired
   * to the port.
   */
  readonly switchable?: true;
}

/** Ports that a configuration names: one for each different text under `name` in the rows of the field `list`. */
export interface OutputsFrom {
  readonly list: string;
  readonly name: string;
}

/** Which devices and keys a stream can carry; `undefined` means "not known before it runs". */
export interface Scope {
  readonly devices?: readonly string[] | undefined;
  readonly keys?: readonly string[] | undefined;
}

export type ConfigSchema = z.ZodObject;

/**
 * A configuration with what the node makes of it. For operators it is also a test: `input` is fed in order (with the
 * clock moved to `at` first) and what comes out must contain `output`, in order. Fields not named are not compared.
 */
export interface Example {
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly input?: readonly ExampleStep[];
  readonly output?: readonly ExampleEmission[];
}
/** Missing fields of a point or raw reading are filled in: device `d1`, key `temperature`, quality 0, now, no tags. */
export type ExampleStep = { readonly at?: string } & (
  | { readonly point: Partial<Point> }
  | { readonly raw: Partial<Raw> }
  | { readonly wait: true }
);
export interface ExampleEmission {
  /** `out` when left out. */
  readonly port?: string;
  readonly point: Readonly<Record<string, unknown>>;
  readonly alerts?: readonly Readonly<Record<string, unknown>>[];
}

export interface NodeDeclaration<Type extends string, Schema extends ConfigSchema> {
  /** `adapter.mqtt`, `rule.filter` …: stable for ever, since documents name it. */
  readonly type: Type;
  readonly title: string;
  /** One line for the palette. */
  readonly summary: string;
  /** Markdown: what it does, when to use it, what its ports carry, limits. */
  readonly help: string;
  /** Name of a Tabler icon, such as `IconBolt`, without the `Icon`: `bolt`. */
  readonly icon: string;
  /** What people may type to find it. */
  readonly keywords?: readonly string[];
  readonly config: Schema;
  readonly examples: readonly Example[];
  /** One line for the card: what this configuration does ("value > 80 → critical"). */
  line?(config: z.output<Schema>): string;
  /** True when the gateway starts a program for it, with its own rights. Gets the configuration as it was written. */
  startsProgram?(config: Readonly<Record<string, unknown>>): boolean;
}
