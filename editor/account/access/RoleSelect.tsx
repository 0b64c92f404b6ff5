import { Select } from "@mantine/core";
import type { GrantableRole } from "../../../server/api/contract.ts";
import { useT } from "../../i18n/messages.ts";
import { grantable } from "../account.ts";

interface Props {
  readonly label: string;
  /** In a table row, where the column says it. */
  readonly bare?: boolean;
  readonly value: GrantableRole;
  onChange(role: GrantableRole): void;
}

export function RoleSelect({ label, bare = false, value, onChange }: Props) {
  const t = useT();
  return (
    <Select
      size="xs"
      w={bare ? 118 : 130}
      {...(bare ? { "aria-label": label } : { label })}
      data={grantable.map((role) => ({ value: role, label: t(`access.role.${role}`) }))}
      renderOption={({ option }) => <span>{t(`account.role.${option.value as GrantableRole}`)}</span>}
      comboboxProps={{ width: 260, position: "bottom-start", shadow: "md" }}
      value={value}
      allowDeselect={false}
      onChange={(chosen) => chosen !== null && onChange(chosen as GrantableRole)}
    />
  );
}
