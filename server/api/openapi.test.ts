import { expect, test } from "vitest";
import type { RouteName } from "./contract.ts";
import type { Route } from "./route.ts";
import { createRoutes, type RouteServices } from "./routes.ts";
import { startTestApi } from "./testing.ts";

const table = Object.entries(createRoutes({} as RouteServices)) as [RouteName, Route<RouteName>][];

test("the API describes itself: every route is there, with its role, its parameters and what it takes", async () => {
  const { call } = await startTestApi();
  const { status, json } = await call("GET", "/api/openapi.json");
  expect(status).toBe(200);
  expect(json).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" } });
  const told = Object.entries<Record<string, { "x-role": string }>>(json.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => `${method} ${path}: ${operation["x-role"]}`),
  );
  const wanted = table.map(([name, { role }]) => {
    const [method = "", path = ""] = name.split(" ");
    return `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}: ${role}`;
  });
  expect(told.sort()).toEqual(wanted.sort());

  const put = json.paths["/api/flows/{id}"].put;
  expect(put.parameters.map(({ name }: { name: string }) => name)).toEqual(["id", "If-Match"]);
  expect(put.security).toEqual([{ cookie: [] }, { token: [] }]);
  expect(json.paths["/api/health"].get.security).toEqual([]);
  expect(json.paths["/api/users"].post.requestBody.content["application/json"].schema).toMatchObject({
    type: "object",
    required: ["name", "password", "role"],
    additionalProperties: false,
    properties: { role: { enum: ["viewer", "operator", "editor", "admin"] } },
  });
});

test("what names a revision says so, or is not let through", async () => {
  const { call } = await startTestApi();
  const { paths } = (await call("GET", "/api/openapi.json")).json;
  for (const method of ["put", "delete"]) {
    expect(paths["/api/flows/{id}"][method].parameters).toContainEqual(expect.objectContaining({ name: "If-Match" }));
    expect((await call(method.toUpperCase(), "/api/flows/a", method === "put" ? {} : undefined)).status).toBe(428);
  }
});
