import { Input } from "@mantine/core";
import type { ReactNode } from "react";
import type { Frame } from "./frame.tsx";

/** The label, description and words of errors of a form field, around something that is no input of the library. */
export function CodeFrame({
  frame: { "aria-label": _name, error, ...frame },
  children,
}: {
  readonly frame: Frame;
  readonly children: (isInvalid: boolean) => ReactNode;
}) {
  const isInvalid = error !== undefined && error !== false;
  return (
    <Input.Wrapper {...frame} error={error === true ? undefined : error} labelElement="div">
      {children(isInvalid)}
    </Input.Wrapper>
  );
}
