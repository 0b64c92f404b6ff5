import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { type NatsPeer, startNats } from "./peers/nats.ts";
import { until } from "./peers/program.ts";

describe("two gateways on one NATS server, with the same flow", () => {
  let nats: NatsPeer;
  let gateways: Gateway[];
  let bus: BusClient;
  const rule = { id: "any", type: "rule.filter", config: { mode: "expression", expression: "value >= 0" } };

  beforeAll(async () => {
    nats = await startNats();
    gateways = await Promise.all([1, 2].map(() => startGateway({ settings: { "gateway.nats_url": nats.url } })));
    for (const gateway of gateways)
      expect(await gateway.deploy(flow("shared", { nodes: [rule] }))).toMatchObject({ status: 200 });
    bus = await busClient(nats.url);
  });
  afterAll(async () => {
    await bus.close();
    for (const gateway of gateways) await gateway.stop();
    await nats.stop();
  });

  /** Numbers them from 0; resolves with the values of the results once there are as many. */
  const resultsOf = async (device: string, count: number) => {
    const heard = await bus.listen(`iot.rules.${device}.v`);
    for (let value = 0; value < count; value++)
      await bus.publish(`iot.processed.${device}.v`, { device_id: device, key: "v", value });
    await until("all results", () => heard.length >= count);
    return heard.map(({ json }) => json.data.value).sort((one, other) => one - other);
  };
  const receivedBy = async (gateway: Gateway) => {
    const { body } = await gateway.call("GET", "/metrics");
    return Number(/sluice_node_received_total\{flow="shared",node="any"\} (\d+)/.exec(body)?.[1]);
  };
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

  test("share its work: every message is handled once, by one of them", async () => {
    expect(await resultsOf("both", 200)).toEqual(numbers(200));
    for (const gateway of gateways) await until("each has had some", async () => (await receivedBy(gateway)) > 20);
  });

  test("when one is killed the other does it all", async () => {
    await gateways[0]?.program.stop("SIGKILL");
    expect(await resultsOf("alone", 100)).toEqual(numbers(100));
  });
});
