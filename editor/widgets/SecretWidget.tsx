import { ActionIcon, Anchor, Input, PasswordInput, Select, TextInput, Tooltip } from "@mantine/core";
import { IconKey, IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import { isObject } from "./edit.ts";
import type { SecretField } from "./field.ts";
import { type Frame, useFrame } from "./frame.tsx";
import { SecretDialog } from "./SecretDialog.tsx";
import { type SecretNames, useSurroundings } from "./surroundings.ts";
import type { WidgetProps } from "./widget.ts";

/** No name of a secret has a space. */
const storeNew = " new";

/**
 * The name of a stored secret, chosen, or stored in place. A value typed in plain is possible, masked and never shown
 * again, and comes with a warning: it stands readable in the flow document.
 */
export function SecretWidget(props: WidgetProps<SecretField>) {
  const { value, onChange, bare } = props;
  const t = useT();
  const { secrets } = useSurroundings();
  const [asked, setAsked] = useState(false);
  const [dialog, setDialog] = useState<"new" | "replace">();
  const plain = typeof value === "string" || (asked && value === undefined);
  const frame = useFrame(props);
  const name = isObject(value) && typeof value["$secret"] === "string" ? value["$secret"] : "";
  const choose = (next: string) => {
    setAsked(false);
    onChange(next === "" ? undefined : { $secret: next });
  };
  const swap = () => {
    setAsked(!plain);
    onChange(undefined);
  };
  return (
    <div>
      {plain ? (
        <PasswordInput
          {...frame}
          value={typeof value === "string" ? value : ""}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ style: { display: "none" } }}
          onChange={({ currentTarget }) => onChange(currentTarget.value === "" ? undefined : currentTarget.value)}
        />
      ) : secrets === undefined ? (
        <TextInput
          {...frame}
          leftSection={<IconKey size={14} stroke={1.6} aria-hidden />}
          classNames={{ input: "form__code" }}
          value={name}
          placeholder={props.field.placeholder ?? t("field.secret.placeholder")}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => choose(event.currentTarget.value)}
        />
      ) : (
        <Chooser
          label={props.label}
          frame={frame}
          name={name}
          secrets={secrets}
          onChoose={choose}
          onNew={() => setDialog("new")}
          onReplace={bare === true ? undefined : () => setDialog("replace")}
        />
      )}
      {bare === true ? null : (
        <p className="form__note">
          {plain && value !== undefined ? (
            <span className="form__warning">{t("field.secret.plainWarning")} </span>
          ) : null}
          {plain && value !== undefined && secrets !== undefined ? (
            <>
              <Anchor component="button" type="button" fz={11} onClick={() => setDialog("new")}>
                {t("secret.storeThis")}
              </Anchor>
              {" · "}
            </>
          ) : null}
          <Anchor component="button" type="button" fz={11} onClick={swap}>
            {plain ? t("field.secret.useStored") : t("field.secret.usePlain")}
          </Anchor>
        </p>
      )}
      {dialog !== undefined && secrets !== undefined && (
        <SecretDialog
          name={dialog === "replace" ? name : undefined}
          taken={secrets.names}
          initialValue={typeof value === "string" ? value : ""}
          put={secrets.put}
          onStored={choose}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  );
}

interface ChooserProps {
  readonly label: string;
  readonly frame: Frame;
  readonly name: string;
  readonly secrets: SecretNames;
  onChoose(name: string): void;
  onNew(): void;
  readonly onReplace: (() => void) | undefined;
}

function Chooser({ label, frame, name, secrets, onChoose, onNew, onReplace }: ChooserProps) {
  const t = useT();
  const isMissing = name !== "" && !secrets.names.includes(name);
  const { label: _label, description: _description, error, "aria-label": _named, ...look } = frame;
  return (
    <Input.Wrapper {...frame} error={error === true ? undefined : error} labelElement="div">
      <div className="form__inline">
        <Select
          {...look}
          className="form__grow"
          aria-label={label}
          error={error !== undefined}
          leftSection={<IconKey size={14} stroke={1.6} aria-hidden />}
          classNames={{ input: "form__code" }}
          data={[
            ...secrets.names.map((each) => ({ value: each, label: each })),
            ...(isMissing ? [{ value: name, label: t("secret.missing", { name }) }] : []),
            { value: storeNew, label: t("secret.storeNew") },
          ]}
          value={name === "" ? null : name}
          placeholder={t("field.choose")}
          clearable
          searchable={secrets.names.length > 8}
          clearButtonProps={{ "aria-label": t("secret.clear", { field: label }) }}
          comboboxProps={{ shadow: "md" }}
          onDropdownOpen={secrets.look}
          onChange={(chosen) => (chosen === storeNew ? onNew() : onChoose(chosen ?? ""))}
        />
        {onReplace !== undefined && name !== "" && (
          <Tooltip label={isMissing ? t("secret.storeUnder", { name }) : t("secret.replace")}>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={isMissing ? t("secret.storeUnder", { name }) : t("secret.replace")}
              onClick={onReplace}
            >
              <IconPencil size={15} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </Input.Wrapper>
  );
}
