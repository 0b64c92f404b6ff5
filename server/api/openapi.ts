/** The API in the terms of OpenAPI 3.1, derived from the table of routes: what is in the one is in the other. */
import { z } from "zod";
import type { Role } from "../accounts/roles.ts";

/** What of a route can be told. */
interface RouteShape {
  readonly role: Role;
  readonly body?: z.ZodType | undefined;
  readonly needsRevision?: true;
}

const error = {
  description: "Why not, in words and with a stable code.",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
};

const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: { code: { type: "string" }, message: { type: "string" } },
    },
  },
};

/** The document that `GET /api/openapi.json` answers. Answers are described as far as JSON: their types are in the contract. */
export function openApiOf(routes: Readonly<Record<string, RouteShape>>, version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const [method = "", path = ""] = name.split(" ");
    const template = path.replace(/:(\w+)/g, "{$1}");
    paths[template] = { ...paths[template], [method.toLowerCase()]: operationOf(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Sluice", version },
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        cookie: { type: "apiKey", in: "cookie", name: "sluice", description: "Behind TLS its name is __Host-sluice." },
        token: { type: "http", scheme: "bearer", description: "Made by an admin, under Access in the editor." },
      },
    },
  };
}

function operationOf(name: string, { role, body, needsRevision }: RouteShape): Record<string, unknown> {
  const parameters = [
    ...[...name.matchAll(/:(\w+)/g)].map(([, parameter]) => ({
      name: parameter,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...(needsRevision
      ? [
          {
            name: "If-Match",
            in: "header",
            required: true,
            description: 'The revision that the change is based on, such as "3"; "0" for a new flow.',
            schema: { type: "string" },
          },
        ]
      : []),
  ];
  return {
    "x-role": role,
    security: role === "anyone" ? [] : [{ cookie: [] }, { token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body) } } } }),
    responses: {
      200: { description: "Done.", content: { "application/json": {} } },
      "4XX": error,
      "5XX": error,
    },
  };
}

function schemaOf(body: z.ZodType): Record<string, unknown> {
  const {
    $schema: _,
    "~standard": _standard,
    ...schema
  } = z.toJSONSchema(body, { io: "input", unrepresentable: "any" });
  return schema;
}
