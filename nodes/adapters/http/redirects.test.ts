import { expect, test } from "vitest";
import { json } from "../../../test/peers/web-server.ts";
import { polling, serve } from "./testing.ts";

test("redirects on the same server are followed, up to the limit, with the sign-in", async () => {
  const server = await serve(({ url }, response) => {
    const step = Number(url.slice(1));
    if (step > 0) response.writeHead(302, { location: `/${step - 1}` }).end();
    else json(response, 1);
  });
  const auth = { kind: "bearer", token: "t0k" };
  const { poll, readings } = polling({ url: `${server.url}/3`, auth });
  await poll();
  expect(readings[0]?.metadata["url"]).toBe(`${server.url}/0`);
  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill("Bearer t0k"));
  expect(await polling({ url: `${server.url}/4` }).failure()).toMatch(/redirects more than 3 times$/);
  expect(await polling({ url: `${server.url}/1`, maxRedirects: 0 }).failure()).toMatch(/answers 302: it redirects/);
});

test("S13 a redirect to another server never leads to this machine", async () => {
  const canary = await serve((_asked, response) => json(response, "internal"));
  const targets = [
    canary.url,
    `http://localhost:${canary.port}/`,
    `http://[::ffff:127.0.0.1]:${canary.port}/`,
    `http://2130706433:${canary.port}/`,
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
  ];
  const server = await serve(({ url }, response) =>
    response.writeHead(302, { location: targets[Number(url.slice(1))] ?? "" }).end(),
  );
  for (const index of targets.keys())
    expect(await polling({ url: `${server.url}/${index}` }).failure()).toMatch(
      /is this machine itself|never calls|which is no web address/,
    );
  expect(canary.asked).toEqual([]);
});

test("POST becomes GET after 302 and 303, and stays POST after 307", async () => {
  const server = await serve(({ url }, response) => {
    const status = Number(url.slice(1));
    if (status > 0) response.writeHead(status, { location: "/0" }).end();
    else json(response, 1);
  });
  const followed = async (status: number) => {
    await polling({ url: `${server.url}/${status}`, method: "POST", body: "q" }).poll();
    const { method, body } = server.asked.at(-1) ?? {};
    return { method, body };
  };
  expect(await followed(302)).toEqual({ method: "GET", body: "" });
  expect(await followed(303)).toEqual({ method: "GET", body: "" });
  expect(await followed(307)).toEqual({ method: "POST", body: "q" });
});

test("S13 what the settings close is not called, by number or by name", async () => {
  const server = await serve((_asked, response) => json(response, 1));
  const reach = { loopback: false, privateNetworks: false };
  for (const host of ["127.0.0.1", "127.1", "0x7f000001", "[::1]", "localhost"])
    expect(await polling({ url: `http://${host}:${server.port}` }, { reach }).failure()).toContain(
      "this machine itself",
    );
  expect(await polling({ url: "http://10.0.0.1/" }, { reach }).failure()).toContain("in a private network");
  expect(await polling({ url: "http://169.254.169.254/" }).failure()).toContain("never calls");
  expect(server.asked).toEqual([]);
});
