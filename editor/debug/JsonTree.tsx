import { CopyButton, Tooltip } from "@mantine/core";
import { IconChevronRight, IconCopy, IconRoute } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import { visible } from "./display-text.ts";
import { pathText } from "./json-path.ts";
import { LongText } from "./LongText.tsx";

type Path = readonly (string | number)[];

/** Children drawn at once; lists of thousands come in portions. */
const portion = 100;
const openToDepth = 2;

/** A JSON value as a tree that opens where it is asked to. Draws text only. */
export function JsonTree({ value }: { readonly value: unknown }) {
  return (
    <ul className="debug__tree">
      <Branch value={value} path={[]} />
    </ul>
  );
}

function Branch({ value, path }: { readonly value: unknown; readonly path: Path }) {
  const t = useT();
  const [open, setOpen] = useState(path.length < openToDepth);
  const name = path.at(-1);
  const entries = entriesOf(value);
  const label = name === undefined ? null : <span className="debug__name">{visible(String(name).slice(0, 200))}:</span>;
  if (entries === undefined)
    return (
      <li className="debug__leaf">
        {label} <Leaf value={value} />
        <Copying value={value} path={path} />
      </li>
    );
  const size = Array.isArray(value)
    ? t("debug.items", { n: entries.length })
    : t("debug.fields", { n: entries.length });
  return (
    <li>
      <span className="debug__leaf">
        <button type="button" className="debug__branch" aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconChevronRight size={12} className="debug__chevron" data-open={open || undefined} aria-hidden />
          {label} <span className="debug__quiet">{size}</span>
        </button>
        <Copying value={value} path={path} />
      </span>
      {open ? <Children entries={entries} path={path} /> : null}
    </li>
  );
}

function Children({
  entries,
  path,
}: {
  readonly entries: readonly (readonly [string | number, unknown])[];
  readonly path: Path;
}) {
  const t = useT();
  const [shown, setShown] = useState(portion);
  return (
    <ul>
      {entries.slice(0, shown).map(([key, child]) => (
        <Branch key={key} value={child} path={[...path, key]} />
      ))}
      {entries.length > shown ? (
        <li>
          <button type="button" className="debug__more" onClick={() => setShown(shown + portion)}>
            {t("debug.showMore", { n: Math.min(portion, entries.length - shown), all: entries.length })}
          </button>
        </li>
      ) : null}
    </ul>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  if (typeof value !== "string") return <span className={`debug__${typeof value}`}>{String(value)}</span>;
  return (
    <span className="debug__string">
      "<LongText text={value} />"
    </span>
  );
}

function Copying({ value, path }: { readonly value: unknown; readonly path: Path }) {
  const t = useT();
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (
    <span className="debug__copying">
      <CopyIcon text={text} label={t("debug.copyValue")} icon={<IconCopy size={12} stroke={1.6} />} />
      {path.length === 0 ? null : (
        <CopyIcon text={pathText(path)} label={t("debug.copyPath")} icon={<IconRoute size={12} stroke={1.6} />} />
      )}
    </span>
  );
}

function CopyIcon({
  text,
  label,
  icon,
}: {
  readonly text: string;
  readonly label: string;
  readonly icon: React.ReactNode;
}) {
  const t = useT();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("debug.copied") : label}>
          <button type="button" className="debug__copy" aria-label={label} onClick={copy}>
            {icon}
          </button>
        </Tooltip>
      )}
    </CopyButton>
  );
}

function entriesOf(value: unknown): readonly (readonly [string | number, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  return typeof value === "object" && value !== null ? Object.entries(value) : undefined;
}
