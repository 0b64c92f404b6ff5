import { ActionIcon, Tooltip } from "@mantine/core";
import { IconRotate2 } from "@tabler/icons-react";
import { useT } from "../i18n/messages.ts";
import { BooleanWidget } from "./BooleanWidget.tsx";
import { ChoicesWidget, ChoiceWidget } from "./ChoiceWidget.tsx";
import { CodeWidget } from "./CodeWidget.tsx";
import { ConnectionWidget } from "./ConnectionWidget.tsx";
import type { Field } from "./field.ts";
import { JsonWidget } from "./JsonWidget.tsx";
import { ListWidget } from "./ListWidget.tsx";
import { NestedWidget } from "./NestedWidget.tsx";
import { NumberWidget } from "./NumberWidget.tsx";
import { RecordWidget } from "./RecordWidget.tsx";
import { ScalarWidget } from "./ScalarWidget.tsx";
import { SecretWidget } from "./SecretWidget.tsx";
import { TextWidget } from "./TextWidget.tsx";
import { TupleWidget } from "./TupleWidget.tsx";
import { TableWidget } from "./table/TableWidget.tsx";
import { UnionWidget } from "./UnionWidget.tsx";
import type { WidgetProps } from "./widget.ts";

/** The widget for a field, with a way back to the default where the value itself offers none. */
export function FieldView(props: WidgetProps) {
  const { value, fallback, required = false, bare = false } = props;
  const resettable =
    !bare && value !== undefined && (fallback !== undefined || !required) && !clearsItself(props.field);
  return (
    <div className="form__field">
      <Widget {...props} />
      {resettable ? <ResetButton {...props} /> : null}
    </div>
  );
}

function Widget(props: WidgetProps) {
  const { field, ...rest } = props;
  switch (field.kind) {
    case "text":
      return <TextWidget {...rest} field={field} />;
    case "code":
      return <CodeWidget {...rest} field={field} />;
    case "number":
      return <NumberWidget {...rest} field={field} />;
    case "boolean":
      return <BooleanWidget {...rest} field={field} />;
    case "choice":
      return <ChoiceWidget {...rest} field={field} />;
    case "choices":
      return <ChoicesWidget {...rest} field={field} />;
    case "secret":
      return <SecretWidget {...rest} field={field} />;
    case "connection":
      return <ConnectionWidget {...rest} field={field} />;
    case "scalar":
      return <ScalarWidget {...rest} field={field} />;
    case "object":
      return <NestedWidget {...rest} field={field} />;
    case "list":
      return <ListWidget {...rest} field={field} />;
    case "table":
      return <TableWidget {...rest} field={field} />;
    case "tuple":
      return <TupleWidget {...rest} field={field} />;
    case "record":
      return <RecordWidget {...rest} field={field} />;
    case "union":
      return <UnionWidget {...rest} field={field} />;
    case "json":
      return <JsonWidget {...rest} field={field} />;
    default:
      return field satisfies never;
  }
}

/** Emptying the input already removes the value. */
function clearsItself(field: Field): boolean {
  return ["text", "code", "number", "secret", "connection", "json"].includes(field.kind);
}

function ResetButton({ label, fallback, onChange }: WidgetProps) {
  const t = useT();
  const words = fallback === undefined ? t("field.clear", { field: label }) : t("field.reset", { field: label });
  return (
    <Tooltip label={words}>
      <ActionIcon
        className="form__reset"
        variant="subtle"
        color="gray"
        size={18}
        aria-label={words}
        onClick={() => onChange(undefined)}
      >
        <IconRotate2 size={13} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
