import { expect, test } from "vitest";
import { z } from "zod";
import type { ConnectionDefinition } from "../../nodes/contract/connection.ts";
import { defineConnection } from "../../nodes/contract/connection.ts";
import { defineConnector } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import type { AdapterPlan, FlowPlan } from "../compiler/plan.ts";
import { adapter, planOf, testEngine } from "./testing.ts";

const described = { title: "", summary: "", help: "", icon: "", examples: [] };

function setup() {
  const log: string[] = [];
  const bus = defineConnection({
    ...described,
    type: "test",
    config: z.object({ host: z.string() }),
    open: async ({ host }) => {
      if (host === "away") throw new ConnectionError("nothing listens at away");
      log.push(`open ${host}`);
      return { client: { host }, close: async () => void log.push(`close ${host}`) };
    },
  });
  const reader = defineConnector<z.ZodObject<{ mode: z.ZodDefault<z.ZodString> }>, { host: string }>({
    ...described,
    type: "adapter.reader",
    protocol: "mock",
    connection: bus,
    config: z.object({ mode: z.string().default("") }),
    scope: () => ({}),
    open: async () => ({ close: async () => undefined }),
    async probe({ mode }, { connection: { host }, signal }, keys) {
      if (mode === "hang") await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return keys.map((key) => ({ device_id: host, key, value: 1, type: "int", quality: 0 }));
    },
  });
  const engine = testEngine([reader, bus as ConnectionDefinition as never]);
  const connection = (host: string) => ({ id: "bus", type: "test", config: { host } });
  const node = (config: object = {}) => ({ ...adapter("plc", "adapter.reader", config), connection: "bus" });
  const flowOf = (nodes: readonly AdapterPlan[], connections: FlowPlan["connections"]) =>
    planOf(nodes, { connections }).flows[0] as FlowPlan;
  const probe = (host: string, config: object = {}) =>
    engine.engine.probe({ flow: flowOf([node(config)], [connection(host)]), node: "plc", keys: ["t"] });
  return { ...engine, log, connection, node, flowOf, probe };
}

test("a connection that is not there is opened for it, and closed again", async () => {
  const { probe, log } = setup();
  const values = [{ device_id: "plc", key: "t", value: 1, type: "int", quality: 0 }];
  expect(await probe("plc")).toEqual({ ok: true, values, tookMs: 0 });
  expect(log).toEqual(["open plc", "close plc"]);
});

test("one that runs with the same configuration is used as it is; another configuration gets its own", async () => {
  const { probe, log, engine, connection, node } = setup();
  await engine.apply(planOf([node()], { connections: [connection("plc")] }));
  await probe("plc");
  expect(log).toEqual(["open plc"]);
  await probe("other");
  expect(log).toEqual(["open plc", "open other", "close other"]);
});

test("what cannot be reached, tried out or waited for is answered in words, and everything is closed", async () => {
  const { probe, log, clock, engine, flowOf } = setup();
  expect(await probe("away")).toEqual({ ok: false, message: "nothing listens at away" });
  const hanging = probe("plc", { mode: "hang" });
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(20_000);
  expect(await hanging).toEqual({ ok: false, message: "there was no answer within 20 s" });
  expect(log.at(-1)).toBe("close plc");
  const plain = { flow: flowOf([adapter("x", "adapter.none", {})], []), node: "x", keys: [] };
  expect(await engine.probe(plain)).toEqual({ ok: false, message: "adapter.none cannot be tried out" });
});
