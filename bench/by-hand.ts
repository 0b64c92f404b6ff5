/**
 * What an engineer writes by hand with the plain client: raw → convert → filter → transform → results, three hops over
 * the bus, the same messages on the same subjects as the compiled flow. The yardstick of `pipeline.ts`.
 */
import { randomUUID } from "node:crypto";
import { connect } from "@nats-io/transport-node";
import type { Load } from "./load.ts";

export async function runByHand(url: string, load: Load): Promise<void> {
  const nc = await connect({ servers: url });
  const envelope = (source: string, traceId: string, data: unknown) =>
    Buffer.from(
      JSON.stringify({ timestamp: new Date().toISOString(), source, version: "1.0.0", trace_id: traceId, data }),
    );
  const publishResult = (ruleId: string, original: unknown, point: Record<string, unknown>, traceId: string) => {
    const result = {
      ...point,
      rule_id: ruleId,
      rule_name: ruleId,
      flow_id: "bench",
      success: true,
      original,
      processed: point,
      actions: [{ type: ruleId, success: true }],
      processed_at: new Date().toISOString(),
    };
    const bytes = envelope("rule_engine", traceId, result);
    nc.publish(`iot.rules.${ruleId}`, bytes);
    nc.publish(`iot.rules.${ruleId}.success`, bytes);
    nc.publish(`iot.rules.${point["device_id"]}.${point["key"]}`, bytes);
  };

  nc.subscribe("iot.raw.mock.d1", {
    callback: (_error, message) => {
      const { trace_id, data } = JSON.parse(message.string());
      for (const [key, value] of Object.entries(data.payload)) {
        const type = Number.isInteger(value) ? "int" : "float";
        const point = { device_id: data.device_id, key, value, type, quality: 0, timestamp: data.timestamp, tags: {} };
        nc.publish(`iot.processed.${data.device_id}.${key}`, envelope("plugin_manager", trace_id, point));
      }
    },
  });
  nc.subscribe("iot.processed.d1.*", {
    callback: (_error, message) => {
      const { trace_id, data: point } = JSON.parse(message.string());
      if (!(point.value >= -1_000 && point.value <= 1_000_000_000)) return;
      publishResult("bench_filter", point, point, trace_id);
      const value = Math.round((point.value * 1.8 + 32) * 100) / 100;
      publishResult("bench_transform", point, { ...point, value }, trace_id);
    },
  });
  nc.subscribe("iot.rules.bench_transform", { callback: () => load.arrived() });
  await nc.flush();
  await load.run((payload) => {
    const raw = {
      device_id: "d1",
      protocol: "mock",
      payload,
      encoding: "json",
      timestamp: new Date().toISOString(),
      metadata: {},
    };
    nc.publish("iot.raw.mock.d1", envelope("southbound", randomUUID(), raw));
  });
  await nc.drain();
}
