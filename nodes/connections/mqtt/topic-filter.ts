/** Topic filters of MQTT: which topics they select, and why a text is none. Pure. */

const sharePrefix = "$share/";

/** What a filter selects by: the part after `$share/{group}/` for a shared subscription, otherwise the filter itself. */
function plainFilter(filter: string): string {
  if (!filter.startsWith(sharePrefix)) return filter;
  return filter.slice(filter.indexOf("/", sharePrefix.length) + 1);
}

export function isShared(filter: string): boolean {
  return filter.startsWith(sharePrefix);
}

/** True when a message on `topic` belongs to the filter. A leading wildcard does not select topics beginning with `$`. */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = plainFilter(filter).split("/");
  const levels = topic.split("/");
  if (topic.startsWith("$") && (wanted[0] === "+" || wanted[0] === "#")) return false;
  for (const [index, part] of wanted.entries()) {
    if (part === "#") return true;
    if (index >= levels.length) return false;
    if (part !== "+" && part !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

/** Why a text is no topic filter, with the remedy; `undefined` when it is one. */
export function filterProblem(filter: string): string | undefined {
  const shared = filter.match(/^\$share\/([^/]*)(?:\/(.*))?$/s);
  if (shared !== null) {
    const [, group = "", rest = ""] = shared;
    if (group === "" || /[+#]/.test(group) || rest === "")
      return `"${filter}": a shared subscription is written $share/{group}/{filter}, such as $share/gateway/plant/#`;
  }
  const plain = plainFilter(filter);
  const problem = textProblem(plain, "topic filter");
  if (problem !== undefined) return problem;
  const levels = plain.split("/");
  if (levels.slice(0, -1).includes("#")) return `"${filter}": # can only be the last level`;
  if (levels.some((level) => /[+#]/.test(level) && level.length > 1))
    return `"${filter}": + and # stand for whole levels, such as plant/+/temperature or plant/#`;
  return undefined;
}

/** Why one cannot publish on a topic; `undefined` when one can. */
export function topicProblem(topic: string): string | undefined {
  const problem = textProblem(topic, "topic");
  if (problem !== undefined) return problem;
  if (/[+#]/.test(topic)) return `"${topic}" has a wildcard; one can only publish on a complete topic`;
  return undefined;
}

function textProblem(text: string, what: string): string | undefined {
  if (text === "") return `write a ${what}, such as plant/boiler-1/temperature`;
  if (text.includes("\0")) return `a ${what} cannot hold the character NUL`;
  if (Buffer.byteLength(text) > 65_535) return `a ${what} has at most 65,535 bytes`;
  return undefined;
}
