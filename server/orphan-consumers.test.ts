import { expect, test } from "vitest";
import type { FlowDocument } from "../flows/format/document.ts";
import { testBus, testServer } from "./bus/testing.ts";
import { removeOrphans } from "./orphan-consumers.ts";

test("F19 a consumer whose node stands in no document goes; those of nodes, of stages and of documents that cannot be read stay", async () => {
  const bus = await testBus(await testServer());
  const { stored } = bus;
  if (stored === undefined) throw new Error("no JetStream");
  await stored.ensureStream({ name: "IOT_DATA", subjects: ["iot.processed.>"], maxAgeMs: 0, maxBytes: 1024 ** 2 });
  const owners = {
    sink: { "sluice.flow": "f", "sluice.node": "log" },
    orphan: { "sluice.flow": "f", "sluice.node": "never-committed" },
    strange: { "sluice.flow": "unreadable", "sluice.node": "log" },
    stage: { "sluice.stage": "rule" },
  };
  for (const [name, owner] of Object.entries(owners)) {
    const settings = {
      stream: "IOT_DATA",
      name,
      subjects: ["iot.processed.>"],
      ackWaitMs: 30_000,
      maxAckPending: 10,
      owner,
    };
    const reader = stored.read(settings, 0, () => undefined);
    await reader.ready(5_000);
    await reader.close();
  }
  const document = { id: "f", nodes: [{ id: "log", type: "sink.file", config: {} }] } as unknown as FlowDocument;
  await removeOrphans(stored, [
    { id: "f", document },
    { id: "unreadable", document: undefined },
  ]);
  const names = (await stored.consumers("IOT_DATA")).map(({ name }) => name).toSorted();
  expect(names).toEqual(["sink", "stage", "strange"]);
});
