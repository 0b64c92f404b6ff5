import { ActionIcon, CloseButton, NativeSelect, SegmentedControl, TextInput, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconSearch, IconTrash } from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import { useT } from "../i18n/messages.ts";
import type { DebugFilter } from "./filter.ts";

export interface PlacesOfFlow {
  readonly flow: string;
  readonly name: string;
  readonly nodes: { readonly value: string; readonly label: string }[];
}

interface Props {
  readonly filter: DebugFilter;
  /** What can be chosen, by flow: `flow/node` with its name. */
  readonly places: readonly PlacesOfFlow[];
  readonly paused: boolean;
  onFilter(filter: DebugFilter): void;
  onPause(): void;
  onResume(): void;
  onClear(): void;
}

/** Filter and buttons. Batches of messages leave it alone: it is drawn again only when one of them changes. */
export const DebugToolbar = memo(function DebugToolbar(props: Props) {
  const { filter, places, paused, onFilter, onPause, onResume, onClear } = props;
  const t = useT();
  const groups = places.map(({ flow, name, nodes }) => ({
    group: name,
    items: places.length > 1 ? [{ value: `${flow}/`, label: t("debug.wholeFlow", { flow: name }) }, ...nodes] : nodes,
  }));
  const known = groups.some(({ items }) => items.some(({ value }) => value === filter.node));
  const gone = filter.node !== "" && !known;
  const set = (change: Partial<DebugFilter>) => onFilter({ ...filter, ...change });
  return (
    <>
      <TextInput
        className="debug__search"
        aria-label={t("debug.search")}
        placeholder={t("debug.search")}
        leftSection={<IconSearch size={13} aria-hidden />}
        rightSection={
          filter.text === "" ? null : (
            <CloseButton size="xs" aria-label={t("debug.clearSearch")} onClick={() => set({ text: "" })} />
          )
        }
        spellCheck={false}
        value={filter.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        className="debug__nodes"
        aria-label={t("debug.node")}
        data={[
          { value: "", label: t("debug.anyNode") },
          ...(groups.length > 1 ? groups : groups.flatMap(({ items }) => items)),
          ...(gone ? [{ value: filter.node, label: filter.node }] : []),
        ]}
        value={filter.node}
        onChange={(event) => set({ node: event.currentTarget.value })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t("debug.level")}
        data={[
          { value: "all", label: t("debug.all") },
          { value: "message", label: t("debug.messages") },
          { value: "error", label: t("debug.errors") },
        ]}
        value={filter.level}
        onChange={(level) => set({ level })}
      />
      <span className="debug__spring" />
      <Action
        label={paused ? t("debug.resume") : t("debug.pause")}
        active={paused}
        onClick={paused ? onResume : onPause}
      >
        {paused ? <IconPlayerPlay size={15} stroke={1.6} /> : <IconPlayerPause size={15} stroke={1.6} />}
      </Action>
      <Action label={t("debug.clear")} onClick={onClear}>
        <IconTrash size={15} stroke={1.6} />
      </Action>
    </>
  );
});

function Action(props: {
  readonly label: string;
  readonly active?: boolean;
  readonly children: ReactNode;
  onClick(): void;
}) {
  const look = props.active === true ? ({ variant: "filled", color: "accent" } as const) : {};
  return (
    <Tooltip label={props.label}>
      <ActionIcon className="debug__action" size={26} {...look} aria-label={props.label} onClick={props.onClick}>
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
