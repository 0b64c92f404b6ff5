import { Checkbox, Switch } from "@mantine/core";
import type { BooleanField } from "./field.ts";
import { useFrame } from "./frame.tsx";
import type { WidgetProps } from "./widget.ts";

/** A switch; in a table a check box. */
export function BooleanWidget(props: WidgetProps<BooleanField>) {
  const { value, fallback, onChange } = props;
  const { inputWrapperOrder: _, withAsterisk: __, ...frame } = useFrame(props);
  const input = {
    ...frame,
    checked: (value ?? fallback ?? false) === true,
    onChange: (event: { readonly currentTarget: { readonly checked: boolean } }) =>
      onChange(event.currentTarget.checked),
  };
  return props.bare === true ? <Checkbox {...input} /> : <Switch {...input} />;
}
