/** For tests: a form as the editor shows it, with the configuration it writes. */
import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import { useState } from "react";
import type { JsonSchema, Problem } from "../../server/api/contract.ts";
import type { JsonObject } from "./edit.ts";
import { Form } from "./Form.tsx";
import { problemsOfNode } from "./place-problems.ts";

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
): ShownForm {
  const form: ShownForm = { value: initial, set: () => undefined };
  const all = problems.map((problem): Problem => ({ code: "bad-config", severity: "error", node: "n", ...problem }));
  render(
    <MantineProvider env="test">
      <Page schema={{ type: "object", properties }} form={form} problems={all} />
    </MantineProvider>,
  );
  return form;
}

function Page(props: { readonly schema: JsonSchema; readonly form: ShownForm; readonly problems: readonly Problem[] }) {
  const { schema, form, problems } = props;
  const [value, setValue] = useState(form.value);
  form.value = value;
  form.set = setValue;
  return <Form schema={schema} value={value} problems={problemsOfNode(problems, "n")} onChange={setValue} />;
}
