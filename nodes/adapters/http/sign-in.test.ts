import { expect, test } from "vitest";
import { json, type WebServer } from "../../../test/peers/web-server.ts";
import { polling, serve } from "./testing.ts";

const oauth2 = (server: WebServer, more: object = {}) => ({
  kind: "oauth2",
  tokenUrl: `${server.url}/token`,
  clientId: "gate way",
  clientSecret: "s:cret",
  ...more,
});

/** Serves tokens `t1`, `t2` … and takes those that `accepts` names. */
async function serveTokens(accepts: (authorization: string | undefined) => boolean, expires_in?: number) {
  let count = 0;
  return serve(({ url, headers }, response) => {
    if (url === "/token") json(response, { access_token: `t${++count}`, token_type: "bearer", expires_in });
    else if (accepts(headers.authorization)) json(response, 1);
    else response.writeHead(401).end();
  });
}

const tokens = (server: WebServer) => server.asked.filter(({ url }) => url === "/token");

test("a token is fetched once, used until shortly before its end, and then renewed", async () => {
  const server = await serveTokens(() => true, 100);
  const { poll, clock } = polling({ url: server.url, auth: oauth2(server, { scope: "read all" }) });
  await poll();
  clock.advance(69_000);
  await poll();
  expect(tokens(server)).toHaveLength(1);
  clock.advance(1_000);
  await poll();
  expect(tokens(server)).toHaveLength(2);
  expect(server.asked.at(-1)?.headers.authorization).toBe("Bearer t2");
  expect(tokens(server)[0]).toMatchObject({
    method: "POST",
    body: "grant_type=client_credentials&scope=read+all",
    headers: { authorization: `Basic ${Buffer.from("gate+way:s%3Acret").toString("base64")}` },
  });
});

test("id and secret can go in the body", async () => {
  const server = await serveTokens(() => true);
  await polling({ url: server.url, auth: oauth2(server, { clientAuthentication: "body", audience: "api" }) }).poll();
  expect(tokens(server)[0]?.body).toBe(
    "grant_type=client_credentials&audience=api&client_id=gate+way&client_secret=s%3Acret",
  );
  expect(tokens(server)[0]?.headers).not.toHaveProperty("authorization");
});

test("a token that is refused is replaced once, without end", async () => {
  const server = await serveTokens((authorization) => authorization !== "Bearer t1");
  const { poll, readings } = polling({ url: server.url, auth: oauth2(server) });
  await poll().catch(() => undefined);
  await poll();
  expect(readings).toHaveLength(1);
  const never = await serveTokens(() => false);
  expect(await polling({ url: never.url, auth: oauth2(never) }).failure()).toMatch(/answers 401/);
  expect(tokens(never)).toHaveLength(1);
});

test("a token that is revoked in the middle of its life costs no poll", async () => {
  let revoked: string | undefined;
  const server = await serveTokens((authorization) => authorization !== revoked);
  const { poll, readings } = polling({ url: server.url, auth: oauth2(server) });
  await poll();
  revoked = "Bearer t1";
  await poll();
  expect(readings).toHaveLength(2);
});

test("what the token server says is passed on, without secrets", async () => {
  const server = await serve(({ url }, response) => {
    if (url === "/token")
      response.writeHead(400).end('{"error":"invalid_client","error_description":"unknown client","hint":"s:cret"}');
    else response.end();
  });
  const failure = await polling({ url: server.url, auth: oauth2(server) }).failure();
  expect(failure).toMatch(/^the token server 127\.0\.0\.1:\d+ answers 400 \(invalid_client: unknown client\)$/);
});

test("a token server without a token is said", async () => {
  const server = await serve((_asked, response) => json(response, { access_token: "" }));
  expect(await polling({ url: server.url, auth: oauth2(server) }).failure()).toMatch(/gives no access_token$/);
});
