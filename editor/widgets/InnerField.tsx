import { type ComponentType, createContext, useContext } from "react";
import type { WidgetProps } from "./widget.ts";

/** Chooses the widget of a field. Handed down, so that widgets made of other widgets need not import them all. */
export const FieldContext = createContext<ComponentType<WidgetProps>>(() => null);

/** A field inside another. */
export function InnerField(props: WidgetProps) {
  const View = useContext(FieldContext);
  return <View {...props} />;
}
