/** From the configuration and what is known at a moment to the request. */
import { ConnectionError } from "../../contract/errors.ts";
import { templateFrom, type Variables } from "../../expression/variables.ts";
import type { HttpRequest } from "../../outbound/http-client.ts";
import { addressProblem, type HttpConfig, requestVariables } from "./config.ts";

/**
 * The function throws `MessageError` when a template lacks something, `ConnectionError` when no address comes out.
 * Values in the query are encoded; those in the address itself go in as they are.
 */
export function requestOf(config: HttpConfig): (variables: Variables) => HttpRequest {
  const { method, pagination } = config;
  const url = templateFrom("the address", config.url, requestVariables);
  const render = (what: string, templates: Readonly<Record<string, string>>) =>
    Object.entries(templates).map(([name, source]) => ({
      name,
      text: templateFrom(`${what} ${name}`, source, requestVariables),
    }));
  const query = render("the query parameter", config.query);
  const headers = render("the header", config.headers);
  const body = templateFrom("the body", config.body, requestVariables);
  const hasBody = method !== "GET" && config.body !== "";

  return (variables) => {
    const target = addressOf(url(variables));
    for (const { name, text } of query) target.searchParams.append(name, text(variables));
    const { kind, parameter } = pagination;
    if (kind === "page" && parameter !== "") target.searchParams.set(parameter, String(variables["page"]));
    if (kind === "cursor" && parameter !== "" && variables["cursor"] !== "")
      target.searchParams.set(parameter, String(variables["cursor"]));
    return {
      method,
      url: target,
      headers: {
        ...(hasBody && config.contentType !== "" ? { "Content-Type": config.contentType } : {}),
        ...Object.fromEntries(headers.map(({ name, text }) => [name, headerValue(text(variables))])),
      },
      ...(hasBody ? { body: body(variables) } : {}),
    };
  };
}

function addressOf(text: string): URL {
  const problem = addressProblem(text);
  if (problem !== undefined) throw new ConnectionError(problem);
  return new URL(text);
}

/** What a header cannot hold would let an answer write headers of its own into the next request. */
function headerValue(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, " ");
}
