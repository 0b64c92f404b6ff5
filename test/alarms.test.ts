import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AlarmList } from "../server/api/contract.ts";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const hot = {
  id: "hot",
  type: "rule.alert",
  config: { kind: "limits", hi: 80, deadband: 2, keys: ["temperature"], level: "error" },
};
const measure = (bus: BusClient, value: number, device_id = "d1") =>
  bus.publish(`iot.processed.${device_id}.temperature`, { device_id, key: "temperature", value });
const alarmOf = async (gateway: Gateway, query = "?show=all&device=d1") =>
  ((await gateway.get(`/api/alarms${query}`)) as AlarmList).alarms;

test("an alarm is raised, acknowledged, outlives a killed gateway as one occurrence, and returns", async () => {
  const first = await startGateway({ keep: true });
  const before = await busClient(first.natsUrl);
  expect(await first.deploy(flow("heat", { nodes: [hot] }))).toMatchObject({ status: 200 });
  await measure(before, 81);
  const raised = await until("the alarm", async () => (await alarmOf(first))[0]);
  expect(raised).toMatchObject({ state: "active-unacknowledged", level: "error", limit: "hi", value: 81 });
  const acknowledged = await first.call("POST", `/api/alarms/${raised.id}/acknowledge`, { comment: "on my way" });
  expect(acknowledged).toMatchObject({ status: 200 });
  await until("the rule says so", async () => (await alarmOf(first))[0]?.state === "active-acknowledged");
  expect(await first.call("POST", `/api/alarms/${raised.id}/acknowledge`, {})).toMatchObject({ status: 409 });

  // What is saved after this holds the acknowledgement; alarms of another device give it something to save.
  const saves = new Set<number>();
  await until("it is saved twice", async () => {
    await measure(before, 90, "other");
    saves.add(statSync(join(first.folder, "data", "sluice.db-wal")).mtimeMs);
    return saves.size >= 3;
  });
  await before.close();
  await first.stop("SIGKILL");

  const second = await startGateway({ folder: first.folder });
  const after = await busClient(second.natsUrl);
  const heard = await after.listen("iot.alerts.error.d1");
  await measure(after, 85);
  await measure(after, 77);
  const cleared = await until("its end", () => heard[0]);
  expect(cleared.json.data).toMatchObject({ id: raised.id, event: "cleared", alarm_state: "normal" });
  await until("the journal knows", async () => (await alarmOf(second))[0]?.state === "normal");
  expect(await alarmOf(second)).toMatchObject([{ id: raised.id, comment: "on my way" }]);
  const journal = (await second.get(`/api/alarms/${raised.id}/journal`)) as readonly { event: string }[];
  expect(journal.map(({ event }) => event).sort()).toEqual(["acknowledged", "cleared", "commented", "raised"]);
  await after.close();
  await second.stop();
});
