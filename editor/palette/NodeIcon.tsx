import {
  IconArrowsShuffle,
  IconDatabaseExport,
  IconFilter,
  IconPlugConnected,
  IconQuestionMark,
} from "@tabler/icons-react";
import type { Category } from "../../server/api/contract.ts";
import { icons } from "./icons.ts";

const ofCategory = {
  adapter: IconPlugConnected,
  plugin: IconArrowsShuffle,
  rule: IconFilter,
  sink: IconDatabaseExport,
} satisfies Record<Category, unknown>;

/** The icon a node type names, or that of its category. Decorative: the name stands beside it. */
export function NodeIcon({
  name,
  category,
  size = 16,
}: {
  name: string | undefined;
  category: Category | undefined;
  size?: number;
}) {
  const known = name !== undefined && name in icons ? icons[name as keyof typeof icons] : undefined;
  const Icon = known ?? (category === undefined ? IconQuestionMark : ofCategory[category]);
  return <Icon size={size} stroke={1.8} aria-hidden />;
}
