/** Values out of texts. */
import { MessageError } from "../../contract/errors.ts";
import { patternOf } from "../../expression/functions.ts";
import { show } from "../../expression/kinds.ts";
import { jsonFault } from "../../plugins/convert/json-fault.ts";
import { plain } from "../../plugins/convert/json-value.ts";
import { toScalar } from "../../plugins/convert/scalar.ts";
import type { StepSettings } from "./settings.ts";
import type { Draft, Step } from "./step.ts";

type Settings = Extract<StepSettings, { readonly op: "parse" }>;

export function parse(settings: Settings): Step {
  const read = readers[settings.as](settings);
  return (draft) => {
    draft.value = read(draft);
    return undefined;
  };
}

const readers: Readonly<Record<Settings["as"], (settings: Settings) => (draft: Draft) => unknown>> = {
  number: ({ decimal }) => {
    return ({ value }) =>
      toScalar("float", typeof value === "string" && decimal === "comma" ? value.replace(",", ".") : value);
  },
  json: () => (draft) => {
    const text = textOf(draft);
    const fault = jsonFault(text);
    if (fault === undefined) return plain(JSON.parse(text));
    throw new MessageError(
      "parse_error",
      `not JSON: ${fault.expected} should stand at character ${fault.position + 1}`,
    );
  },
  pattern: ({ pattern = "" }) => {
    const compiled = patternOf(pattern);
    return (draft) => {
      const found = compiled.matcher(textOf(draft));
      if (found.find()) return (found.groupCount() > 0 ? found.group(1) : found.group()) ?? "";
      throw new MessageError("no_match", `${pattern} finds nothing in ${show(draft.value)}`);
    };
  },
};

function textOf({ value, key, device_id }: Draft): string {
  if (typeof value === "string") return value;
  throw new MessageError("type_mismatch", `needs text, but ${key} of ${device_id} is ${show(value)}`);
}
