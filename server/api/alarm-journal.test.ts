import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { encodeHeaders } from "../bus/headers.ts";
import { startTestApi, testFlow } from "./testing.ts";

const alert = (changes: object = {}) => ({
  id: "occurrence-1",
  rule_id: "hot",
  rule_name: "Too hot",
  level: "critical",
  priority: "critical",
  state: "active",
  event: "raised",
  alarm_state: "active-unacknowledged",
  message: "boiler-1 temperature is 91",
  device_id: "boiler-1",
  key: "temperature",
  value: 91,
  tags: {},
  timestamp: "2026-01-01T00:00:00.000Z",
  ...changes,
});

async function start() {
  const api = await startTestApi();
  const tell = async (data: unknown, subject = "iot.alerts.critical.boiler-1", header?: Record<string, string>) => {
    const payload = Buffer.from(typeof data === "string" ? data : JSON.stringify(data));
    api.bus.publish(subject, payload, header === undefined ? undefined : encodeHeaders(header));
    await api.bus.settled();
  };
  const list = async (query = "") => (await api.call("GET", `/api/alarms${query}`)).json;
  const events = async (id = "occurrence-1") =>
    (await api.call("GET", `/api/alarms/${id}/journal`)).json.map(({ event, by, comment }: Record<string, unknown>) => [
      event,
      by,
      comment,
    ]);
  return { ...api, tell, list, events };
}

test("all messages about one occurrence are one alarm, and each is in its journal", async () => {
  const { tell, list, events } = await start();
  await tell(alert());
  await tell(alert(), "iot.alerts.thermal.boiler-1", { "Iot-Dup-Of": "occurrence-1" });
  await tell(alert({ event: "repeated", value: 95 }));
  const { alarms, counts, raisedPerMinute } = await list();
  expect(alarms).toMatchObject([
    { id: "occurrence-1", device: "boiler-1", isActive: true, value: 95, isAcknowledged: false },
  ]);
  expect(counts).toEqual({ active: 1, unacknowledged: 1, activeUnacknowledged: 1, shelved: 0 });
  expect(raisedPerMinute).toHaveLength(60);
  expect(raisedPerMinute.at(-1)).toBe(1);
  await tell(alert({ event: "acknowledged", alarm_state: "active-acknowledged", by: "ann" }));
  expect((await list()).alarms).toMatchObject([{ isAcknowledged: true, acknowledgedBy: "ann" }]);
  await tell(alert({ event: "cleared", state: "cleared", alarm_state: "normal", value: 20, message: "back" }));
  expect((await list()).alarms).toEqual([]);
  expect((await list("?show=all")).alarms).toMatchObject([
    { isActive: false, state: "normal", value: 20, message: "boiler-1 temperature is 91", acknowledgedBy: "ann" },
  ]);
  expect((await events()).map(([event]: [string]) => event)).toEqual(["raised", "repeated", "acknowledged", "cleared"]);
});

test("what needs somebody comes first, and filters narrow it", async () => {
  const { tell, list } = await start();
  await tell(alert({ id: "seen", event: "acknowledged", alarm_state: "active-acknowledged", by: "ann" }));
  await tell(alert({ id: "new", level: "warning", device_id: "pump 100%" }));
  await tell(alert({ id: "over", event: "cleared", state: "cleared", alarm_state: "returned-unacknowledged" }));
  await tell(
    alert({ id: "aside", event: "shelved", alarm_state: "shelved", by: "ann", shelved_until: "2026-01-02T00:00:00Z" }),
  );
  const ids = async (query: string) => (await list(query)).alarms.map(({ id }: { id: string }) => id).sort();
  expect((await list()).alarms[0].isActive).toBe(true);
  expect((await list()).alarms.at(-1).id).toBe("over");
  expect(await ids("")).toEqual(["aside", "new", "over", "seen"]);
  expect(await ids("?show=unacknowledged")).toEqual(["aside", "new", "over"]);
  expect(await ids("?show=shelved")).toEqual(["aside"]);
  expect(await ids("?level=warning")).toEqual(["new"]);
  expect(await ids("?text=100%25")).toEqual(["new"]);
  expect(await ids("?device=nobody")).toEqual([]);
  expect(await ids("?limit=0")).toEqual([]);
});

test("people's wishes go to the rule with their name; comments are kept here; all is audited", async () => {
  const { call, tell, runtime, events, store, clock } = await start();
  await tell(alert());
  const until = new Date(clock.now() + 60_000).toISOString();
  const path = "/api/alarms/occurrence-1";
  expect(await call("POST", `${path}/shelve`, { until, comment: "sensor is being replaced" })).toMatchObject({
    status: 200,
  });
  expect(await call("POST", `${path}/unshelve`, {})).toMatchObject({ status: 200 });
  expect(await call("POST", `${path}/acknowledge`, {})).toMatchObject({ status: 200 });
  expect(runtime.commands.map(({ id, verb }) => [id, verb])).toEqual([
    ["occurrence-1", "shelve"],
    ["occurrence-1", "unshelve"],
    ["occurrence-1", "acknowledge"],
  ]);
  expect(runtime.commands[0]).toMatchObject({ untilMs: clock.now() + 60_000, by: expect.any(String) });
  expect((await events()).at(-1)).toEqual(["commented", runtime.commands[0]?.by, "sensor is being replaced"]);
  expect(store.audit.list({ limit: 9 }).map(({ action }) => action)).toContain("POST /api/alarms/:id/acknowledge");
});

test("an alarm that no rule watches any more ends when it is acknowledged, and only then", async () => {
  const { call, tell, list, runtime, events } = await start();
  runtime.isCommandDone = false;
  await tell(alert());
  const until = "2030-01-01T00:00:00Z";
  expect(await call("POST", "/api/alarms/occurrence-1/shelve", { until })).toMatchObject({ status: 409 });
  expect((await list()).alarms).toHaveLength(1);
  expect(await call("POST", "/api/alarms/occurrence-1/acknowledge", {})).toMatchObject({ status: 200 });
  expect(await call("POST", "/api/alarms/occurrence-1/acknowledge", {})).toMatchObject({ status: 409 });
  expect((await list()).alarms).toEqual([]);
  expect((await events()).map(([event]: [string]) => event)).toEqual(["raised", "acknowledged"]);
});

const envelope = (flow: string, node: string, data: object) => ({
  source: "rule_engine",
  trace_id: "t",
  flow,
  node,
  data,
});

test("an alarm whose rule is taken out has returned to normal: the journal says by whom, and so does the bus", async () => {
  const { call, tell, list, events, bus, clock } = await start();
  const deploy = (baseRevision: number, changes: Record<string, unknown> = {}) =>
    call("POST", "/api/deploy", { flows: [{ id: "heat", baseRevision, document: testFlow("heat", changes) }] });
  expect(await deploy(0)).toMatchObject({ status: 200 });
  await tell(envelope("heat", "hot", alert({ value: 85 })));
  await tell(envelope("heat", "hot", alert({ event: "repeated", value: 95 })));
  await tell(envelope("other", "hot", alert({ id: "elsewhere", event: "shelved", alarm_state: "shelved" })));
  await tell(alert({ id: "foreign" }));
  expect((await list("?text=temperature&device=boiler-1")).alarms).toHaveLength(3);

  expect(await deploy(1, { nodes: [{ id: "in", type: "adapter.test", config: { device: "heat" } }] })).toMatchObject({
    status: 200,
  });
  // What the rule told last may still be on its way.
  await tell(envelope("heat", "hot", alert({ id: "late" })));
  expect((await list()).counts.active).toBe(4);
  const heard: Record<string, unknown>[] = [];
  bus.subscribe("iot.alerts.critical.boiler-1", ({ data }) => void heard.push(JSON.parse(String(data)).data));
  clock.advance(1_000);
  await bus.settled();
  expect((await list()).alarms.map(({ id }: { id: string }) => id).sort()).toEqual(["elsewhere", "foreign"]);
  expect((await list("?show=all")).alarms).toContainEqual(
    expect.objectContaining({ id: "occurrence-1", state: "normal", isActive: false, raisedValue: 85, value: 95 }),
  );
  expect((await events()).map(([event]: [string]) => event)).toEqual(["raised", "repeated", "removed"]);
  expect(heard.map(({ id, event, state }) => [id, event, state]).sort()).toEqual([
    ["late", "removed", "cleared"],
    ["occurrence-1", "removed", "cleared"],
  ]);
});

test("after a start, what raised an alarm and stands in no flow any more is gone; a file that cannot be read proves nothing", async () => {
  const { call, tell, list, store, folder, close, clock } = await start();
  clock.advance(1_000);
  for (const id of ["heat", "broken"])
    await call("POST", "/api/deploy", { flows: [{ id, baseRevision: 0, document: testFlow(id) }] });
  await tell(envelope("heat", "old", alert({ id: "gone" })));
  await tell(envelope("heat", "hot", alert({ id: "there" })));
  await tell(envelope("broken", "old", alert({ id: "unknown" })));
  await tell(envelope("never", "old", alert({ id: "somebody else's" })));
  expect((await list()).counts.active).toBe(4);
  writeFileSync(join(folder, "flows", "broken.flow.json"), "{");
  await close();
  store.close();
  const again = await startTestApi({ folder });
  again.clock.advance(1_000);
  const { alarms } = (await again.call("GET", "/api/alarms")).json;
  expect(alarms.map(({ id }: { id: string }) => id).sort()).toEqual(["somebody else's", "there", "unknown"]);
});

test("the list of all events is the newest first, in pages, and can be searched by who did what", async () => {
  const { call, tell } = await start();
  await tell(alert());
  await tell(alert({ event: "acknowledged", alarm_state: "active-acknowledged", by: "ann" }));
  await tell(alert({ id: "two", device_id: "pump", level: "info" }));
  const page = async (query: string) => (await call("GET", `/api/alarm-journal${query}`)).json;
  const first = await page("?limit=2");
  expect(first.map(({ alarm, event }: Record<string, string>) => [alarm, event])).toEqual([
    ["two", "raised"],
    ["occurrence-1", "acknowledged"],
  ]);
  expect(await page(`?before=${first[1].id}`)).toMatchObject([{ event: "raised", device: "boiler-1", value: 91 }]);
  expect(await page("?text=ann")).toMatchObject([{ event: "acknowledged", by: "ann" }]);
  expect(await page("?level=info")).toMatchObject([{ alarm: "two" }]);
  expect((await call("GET", "/api/alarm-journal?before=x")).status).toBe(400);
});

test("who looks is told the counts at once and whenever something happened", async () => {
  const { tell, url, clock } = await start();
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/live`);
  const counts: number[] = [];
  socket.on("message", (data) => {
    const event = JSON.parse(String(data));
    if (event.type === "alarms") counts.push(event.counts.activeUnacknowledged);
  });
  await expect.poll(() => counts).toEqual([0]);
  await tell(alert());
  clock.advance(200);
  await expect.poll(() => counts).toEqual([0, 1]);
  socket.close();
});

test("what is no alert is left alone, and less than ours is enough", async () => {
  const { tell, list } = await start();
  for (const data of ["no JSON", "[]", { id: "x" }, { ...alert({ id: "y" }), level: "loud" }, { ...alert(), id: 7 }])
    await tell(data);
  await tell({ id: "foreign", level: "info", device_id: "d1" });
  expect((await list()).alarms).toMatchObject([{ id: "foreign", state: "active-unacknowledged", message: "" }]);
});

test.each([
  ["GET", "/api/alarms?show=some", undefined, 400, "show is one of"],
  ["GET", "/api/alarms?limit=-1", undefined, 400, "whole number"],
  ["GET", "/api/alarms/nobody/journal", undefined, 404, "no such alarm"],
  ["POST", "/api/alarms/nobody/acknowledge", {}, 404, "no such alarm"],
  ["POST", "/api/alarms/occurrence-1/shelve", { until: "tomorrow" }, 400, "until"],
  ["POST", "/api/alarms/occurrence-1/shelve", { until: "2001-01-01T00:00:00Z" }, 400, "time to come"],
  ["POST", "/api/alarms/occurrence-1/comment", { comment: " " }, 400, "comment"],
])("%s %s with %j answers %i in words", async (method, path, body, status, words) => {
  const { call, tell } = await start();
  await tell(alert());
  const answer = await call(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.json.error.message).toContain(words);
});
