/** Reads device, key and tags from the levels of a topic by a pattern such as `plant/{device_id}/{key}`. Pure. */

export interface TopicNames {
  readonly deviceId?: string;
  readonly key?: string;
  readonly tags: Readonly<Record<string, string>>;
}

const placeholder = /\{([^{}]*)\}/g;

/** Why a text is no pattern, with the remedy; `undefined` when it is one. */
export function patternProblem(pattern: string): string | undefined {
  const levels = pattern.split("/");
  if (levels.slice(0, -1).includes("#")) return "# stands for all that follows and can only be the last level";
  const names: string[] = [];
  for (const level of levels) {
    const found = [...level.matchAll(placeholder)].map(([, name = ""]) => name);
    if (found.length > 1) return `"${level}": one name for each level, such as {line}/{device_id}`;
    if (/[{}]/.test(level.replace(placeholder, ""))) return `"${level}" has a brace without its other half`;
    if (level.length > 1 && /[+#]/.test(level)) return `"${level}": + and # stand for whole levels`;
    names.push(...found);
  }
  const unnamed = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (unnamed !== undefined)
    return `{${unnamed}}: a name begins with a letter and has only letters, digits and "_", such as {device_id}`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `{${twice}} stands in the pattern twice`;
}

export function namesDevice(pattern: string): boolean {
  return pattern.includes("{device_id}");
}

/** The function answers `undefined` for a topic that does not fit. An empty level fits no placeholder. */
export function compilePattern(pattern: string): (topic: string) => TopicNames | undefined {
  // One placeholder per level and none across levels: the expression has nothing to try twice.
  const source = pattern
    .split("/")
    .map((level) => {
      if (level === "+") return "[^/]*";
      if (level === "#") return ".*";
      return level
        .split(placeholder)
        .map((part, index) => (index % 2 === 0 ? literal(part) : `(?<${part}>[^/]+)`))
        .join("");
    })
    .join("/")
    .replace(/\/\.\*$/, "(?:/.*)?");
  const expression = new RegExp(`^${source}$`, "s");
  return (topic) => {
    const match = expression.exec(topic);
    if (match === null) return undefined;
    const { device_id: deviceId, key, ...tags } = match.groups ?? {};
    return { ...(deviceId === undefined ? {} : { deviceId }), ...(key === undefined ? {} : { key }), tags };
  };
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Without a pattern: the last level but one, since the last mostly names what was measured; of a single level that one. */
export function deviceOfTopic(topic: string): string {
  const levels = topic.split("/").filter((level) => level !== "");
  return levels.at(-2) ?? levels[0] ?? topic;
}
