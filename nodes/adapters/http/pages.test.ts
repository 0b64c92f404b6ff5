import { expect, test } from "vitest";
import { json } from "../../../test/peers/web-server.ts";
import { nextLink } from "./pages.ts";
import { polling, serve } from "./testing.ts";

test("pages by Link header, each a reading of its own", async () => {
  const server = await serve(({ url }, response) => {
    const page = Number(new URL(url, "http://x").searchParams.get("page") ?? 1);
    json(
      response,
      page,
      page < 3 ? { link: `</items?page=${page + 1}>; rel="next", </items?page=3>; rel="last"` } : {},
    );
  });
  const { poll, payloads, readings } = polling({ url: `${server.url}/items`, pagination: { kind: "link" } });
  expect(await poll()).toEqual({ sent: 3, isCut: false });
  expect(payloads()).toEqual(["1", "2", "3"]);
  expect(readings.map(({ metadata }) => metadata["page"])).toEqual([1, 2, 3]);
});

test("pages by a cursor in the answer, in a query parameter or as an address", async () => {
  const server = await serve(({ url }, response) => {
    const at = Number(new URL(url, "http://x").searchParams.get("c") ?? 0);
    json(response, { at, next: at < 2 ? at + 1 : null, href: at < 2 ? `?c=${at + 1}` : "" });
  });
  const byParameter = polling({ url: server.url, pagination: { kind: "cursor", next: "body.next", parameter: "c" } });
  await byParameter.poll();
  const byAddress = polling({ url: server.url, pagination: { kind: "cursor", next: "body.href" } });
  await byAddress.poll();
  const byTemplate = polling({
    url: server.url,
    query: { c: `\${cursor == "" ? 0 : cursor}` },
    pagination: { kind: "cursor", next: "body.next" },
  });
  await byTemplate.poll();
  expect(server.asked.map(({ url }) => url)).toEqual([
    ...["/", "/?c=1", "/?c=2"],
    ...["/", "/?c=1", "/?c=2"],
    ...["/?c=0", "/?c=1", "/?c=2"],
  ]);
});

test("pages by number, until a list is empty or a condition ends it", async () => {
  const server = await serve(({ url }, response) => {
    const page = Number(new URL(url, "http://x").searchParams.get("p"));
    json(response, url.startsWith("/list") ? (page < 3 ? [page] : []) : { page, pages: 2 });
  });
  const list = polling({ url: `${server.url}/list`, pagination: { kind: "page", parameter: "p" } });
  await list.poll();
  expect(list.payloads()).toEqual(["[1]", "[2]"]);
  const counted = polling({
    url: server.url,
    pagination: { kind: "page", parameter: "p", firstPage: 0, more: "page + 1 < body.pages" },
  });
  await counted.poll();
  expect(counted.readings).toHaveLength(2);
});

test("a poll ends after the most pages and says so, and when a cursor does not move", async () => {
  let count = 0;
  const server = await serve((_asked, response) => json(response, { next: ++count }));
  const endless = polling({
    url: server.url,
    pagination: { kind: "cursor", next: "body.next", parameter: "c", maxPages: 5 },
  });
  expect(await endless.poll()).toEqual({ sent: 5, isCut: true });
  const stuck = polling({ url: server.url, pagination: { kind: "cursor", next: `"x"`, parameter: "c" } });
  expect(await stuck.failure()).toContain('names the cursor "x" for the next page, which is that of this one');
});

test("an answer cannot send the sign-in to another server", async () => {
  const other = await serve((_asked, response) => json(response, 1));
  const server = await serve((_asked, response) => json(response, 1, { link: `<${other.url}/>; rel=next` }));
  const auth = { kind: "bearer", token: "t0k" };
  const { failure } = polling({ url: server.url, auth, pagination: { kind: "link" } });
  expect(await failure()).toContain("which is another server than");
  expect(other.asked).toEqual([]);
});

test.each([
  ['<https://a/?p=2>; rel="next"', "https://a/?p=2"],
  ["</2>; rel=next", "/2"],
  ['</1>; rel="prev", </3>; title="a, b; c"; rel="last next"', "/3"],
  ['</1>; rel="prev"', undefined],
  ['</1>; rel="nextish"', undefined],
  ["", undefined],
  ["nonsense", undefined],
])("the next link in %j is %j", (header, target) => {
  expect(nextLink(header)).toBe(target);
});

test("a long header that is almost a link is read quickly", () => {
  const startMs = performance.now();
  nextLink(`<a>${"; a=b ".repeat(10_000)}<`);
  nextLink("<".repeat(50_000));
  expect(performance.now() - startMs).toBeLessThan(2_000);
});
