/** Which page of an answer comes next. */
import { ConnectionError } from "../../contract/errors.ts";
import { conditionFrom, type Variables, valueFrom } from "../../expression/variables.ts";
import { answerVariables, type HttpConfig } from "./config.ts";

/** Where the next page is: at an address, or where the templates lead with this page and cursor. */
export interface NextPage {
  readonly url?: URL;
  readonly page: number;
  readonly cursor: string;
}

/** The function answers `undefined` after the last page. `variables` are those of the answer, `url` where it came from. */
export function nextPageOf({
  pagination,
}: Pick<HttpConfig, "pagination">): (variables: Variables, url: URL) => NextPage | undefined {
  const { kind, parameter, next = "null" } = pagination;
  const cursorOf = valueFrom("the next cursor", next, answerVariables);
  const hasMore =
    pagination.more === undefined
      ? ({ body }: Variables) => Array.isArray(body) && body.length > 0
      : conditionFrom('the condition "there is more when"', pagination.more, answerVariables);
  return (variables, url) => {
    const page = Number(variables["page"]) + 1;
    switch (kind) {
      case "none":
        return undefined;
      case "page":
        return hasMore(variables) ? { page, cursor: "" } : undefined;
      case "link": {
        const link = nextLink(String((variables["headers"] as Variables)["link"] ?? ""));
        return link === undefined ? undefined : { url: sameOrigin(link, url), page, cursor: "" };
      }
      case "cursor": {
        const cursor = cursorOf(variables);
        if (cursor === undefined || cursor === null || cursor === "" || cursor === false) return undefined;
        const text = String(cursor);
        if (text === variables["cursor"])
          throw new ConnectionError(
            `the answer names the cursor "${text}" for the next page, which is that of this one`,
          );
        const isAddress = parameter === "" && /^(?:https?:\/\/|\/|\?)/.test(text);
        return { page, cursor: text, ...(isAddress ? { url: sameOrigin(text, url) } : {}) };
      }
    }
  };
}

/** The target of the link with the relation `next` (RFC 8288). */
export function nextLink(header: string): string | undefined {
  for (const link of header.split("<").slice(1)) {
    const [target = "", parameters] = link.split(">", 2);
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters ?? "");
    if ((relation?.[1] ?? relation?.[2] ?? "").toLowerCase().split(/\s+/).includes("next")) return target;
  }
  return undefined;
}

/** The sign-in is sent along, so an answer must not be able to send it elsewhere. */
function sameOrigin(target: string, url: URL): URL {
  const next = URL.canParse(target, url.href) ? new URL(target, url) : undefined;
  if (next?.origin === url.origin) return next;
  throw new ConnectionError(
    `the next page is said to be at ${target.slice(0, 200)}, which is another server than ${url.host}`,
  );
}
