import { Anchor, PasswordInput, TextInput } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import { isObject } from "./edit.ts";
import type { SecretField } from "./field.ts";
import { useFrame } from "./frame.tsx";
import type { WidgetProps } from "./widget.ts";

/**
 * The name of a stored secret. A value typed in plain is possible, masked and never shown again, and comes with a
 * warning: it stands readable in the flow document.
 */
export function SecretWidget(props: WidgetProps<SecretField>) {
  const { field, value, onChange, bare } = props;
  const t = useT();
  const [asked, setAsked] = useState(false);
  const plain = typeof value === "string" || (asked && value === undefined);
  const frame = useFrame(props);
  const name = isObject(value) && typeof value["$secret"] === "string" ? value["$secret"] : "";
  const swap = () => {
    setAsked(!plain);
    onChange(undefined);
  };
  const clearWhenEmpty = (text: string, make: (text: string) => unknown) =>
    onChange(text === "" ? undefined : make(text));
  return (
    <div>
      {plain ? (
        <PasswordInput
          {...frame}
          value={typeof value === "string" ? value : ""}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ style: { display: "none" } }}
          onChange={(event) => clearWhenEmpty(event.currentTarget.value, (text) => text)}
        />
      ) : (
        <TextInput
          {...frame}
          leftSection={<IconKey size={14} stroke={1.6} aria-hidden />}
          classNames={{ input: "form__code" }}
          value={name}
          placeholder={field.placeholder ?? t("field.secret.placeholder")}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => clearWhenEmpty(event.currentTarget.value, (text) => ({ $secret: text }))}
        />
      )}
      {bare === true ? null : (
        <p className="form__note">
          {plain && value !== undefined ? (
            <span className="form__warning">{t("field.secret.plainWarning")} </span>
          ) : null}
          <Anchor component="button" type="button" fz={11} onClick={swap}>
            {plain ? t("field.secret.useStored") : t("field.secret.usePlain")}
          </Anchor>
        </p>
      )}
    </div>
  );
}
