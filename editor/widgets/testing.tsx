/** For tests: a form as the editor shows it, with the configuration it writes. */
import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import { useState } from "react";
import type { JsonSchema, Problem } from "../../server/api/contract.ts";
import type { JsonObject } from "./edit.ts";
import { Form } from "./Form.tsx";
import { problemsOfNode } from "./place-problems.ts";
import { type SecretNames, SurroundingsContext, useSurroundings } from "./surroundings.ts";

// Mantine's growing text areas listen to it; happy-dom has none.
if (!("fonts" in document)) Object.defineProperty(document, "fonts", { value: new EventTarget() });

export interface ShownForm {
  /** The configuration as it now stands. */
  value: JsonObject;
  /** Changes it from outside, as undo does. */
  set(value: JsonObject): void;
}

export function showForm(
  properties: Readonly<Record<string, JsonSchema>>,
  initial: JsonObject = {},
  problems: readonly Pick<Problem, "path" | "message">[] = [],
  secrets?: SecretNames,
): ShownForm {
  const form: ShownForm = { value: initial, set: () => undefined };
  const all = problems.map((problem): Problem => ({ code: "bad-config", severity: "error", node: "n", ...problem }));
  render(
    <MantineProvider env="test">
      <Page schema={{ type: "object", properties }} form={form} problems={all} secrets={secrets} />
    </MantineProvider>,
  );
  return form;
}

function Page(props: {
  readonly schema: JsonSchema;
  readonly form: ShownForm;
  readonly problems: readonly Problem[];
  readonly secrets: SecretNames | undefined;
}) {
  const { schema, form, problems, secrets } = props;
  const [value, setValue] = useState(form.value);
  const surroundings = useSurroundings();
  form.value = value;
  form.set = setValue;
  return (
    <SurroundingsContext value={{ ...surroundings, secrets }}>
      <Form schema={schema} value={value} problems={problemsOfNode(problems, "n")} onChange={setValue} />
    </SurroundingsContext>
  );
}
