import fc from "fast-check";
import { expect, test } from "vitest";
import { type FlowDocument, flowDocument } from "./document.ts";
import { readDocument } from "./read.ts";
import { writeDocument } from "./write.ts";

const boilerRoom = flowDocument.parse({
  format: 1,
  id: "boiler-room",
  name: "Boiler room",
  results: { format: "bare", status: false },
  connections: [
    { id: "plc-bus", type: "modbus", config: { port: 502, host: "10.0.0.5" } },
    { id: "broker", type: "mqtt", name: "Plant", config: { password: { $secret: "broker" } } },
  ],
  nodes: [
    { id: "plc", type: "adapter.modbus", name: "Boiler PLC", disabled: false, config: { z: 1, a: 2 } },
    { id: "hot", type: "rule.alert", ruleId: "hot", subject: "iot.processed.>", disabled: true },
  ],
  wires: [
    { from: "plc", port: "out", to: "hot", input: "in" },
    { from: "hot", port: "cleared", to: "log" },
  ],
  layout: {
    nodes: { plc: { x: 80, y: 120 }, hot: { y: 1, x: 2 } },
    groups: [{ id: "g", name: "All", x: 0, y: 0, height: 1, width: 2, nodes: ["plc", "hot"] }],
    notes: [{ id: "n", text: "check", x: 0, y: 0, width: 1, height: 1, color: "red" }],
  },
});

test("R167 the text is sorted where order means nothing, and leaves out what says nothing", () => {
  expect(writeDocument(boilerRoom)).toBe(`{
  "format": 1,
  "id": "boiler-room",
  "name": "Boiler room",
  "description": "",
  "enabled": true,
  "delivery": "live",
  "results": {
    "status": false,
    "data": true,
    "format": "bare"
  },
  "connections": [
    {
      "id": "broker",
      "type": "mqtt",
      "name": "Plant",
      "config": {
        "password": {
          "$secret": "broker"
        }
      }
    },
    {
      "id": "plc-bus",
      "type": "modbus",
      "config": {
        "port": 502,
        "host": "10.0.0.5"
      }
    }
  ],
  "nodes": [
    {
      "id": "hot",
      "type": "rule.alert",
      "name": "",
      "disabled": true,
      "subject": "iot.processed.>",
      "ruleId": "hot",
      "config": {}
    },
    {
      "id": "plc",
      "type": "adapter.modbus",
      "name": "Boiler PLC",
      "config": {
        "z": 1,
        "a": 2
      }
    }
  ],
  "wires": [
    {
      "from": "hot",
      "port": "cleared",
      "to": "log"
    },
    {
      "from": "plc",
      "to": "hot"
    }
  ],
  "layout": {
    "nodes": {
      "hot": {
        "x": 2,
        "y": 1
      },
      "plc": {
        "x": 80,
        "y": 120
      }
    },
    "groups": [
      {
        "id": "g",
        "x": 0,
        "y": 0,
        "width": 2,
        "height": 1,
        "name": "All",
        "nodes": [
          "hot",
          "plc"
        ]
      }
    ],
    "notes": [
      {
        "id": "n",
        "x": 0,
        "y": 0,
        "width": 1,
        "height": 1,
        "color": "red",
        "text": "check"
      }
    ]
  }
}
`);
});

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,3}$/);
/** Any JSON object, except with the one field that no document may have. */
const config = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
  .map((value) => JSON.stringify(value))
  .filter((json) => !json.includes('"__proto__"'))
  .map((json) => JSON.parse(json));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const text = fc.string({ minLength: 1 });
const box = {
  id,
  x: fc.integer(),
  y: fc.integer(),
  width: fc.integer({ min: 1 }),
  height: fc.integer({ min: 1 }),
  color: optional(text),
};
const document: fc.Arbitrary<FlowDocument> = fc
  .record({
    format: fc.constant(1),
    id,
    name: fc.string(),
    description: fc.string(),
    enabled: fc.boolean(),
    delivery: fc.constantFrom("live", "durable"),
    results: optional(fc.record({ status: fc.boolean(), format: fc.constantFrom("envelope", "bare") })),
    connections: fc.uniqueArray(fc.record({ id, type: text, name: optional(fc.string()), config }), {
      selector: ({ id }) => id,
    }),
    nodes: fc.uniqueArray(
      fc.record({
        id,
        type: text,
        name: fc.string(),
        disabled: optional(fc.boolean()),
        subject: optional(text),
        ruleId: optional(text),
        config,
      }),
      { selector: ({ id }) => id },
    ),
    wires: fc.array(fc.record({ from: id, port: optional(text), to: id, input: optional(text) })),
    layout: fc.record({
      nodes: fc.dictionary(id, fc.record({ x: fc.integer(), y: fc.integer() })),
      groups: fc.uniqueArray(fc.record({ ...box, name: fc.string(), nodes: fc.array(id) }), {
        selector: ({ id }) => id,
      }),
      notes: fc.uniqueArray(fc.record({ ...box, text: fc.string() }), { selector: ({ id }) => id }),
    }),
  })
  .map((value) => flowDocument.parse(JSON.parse(JSON.stringify(value))));

test("R167 what was written is read back, and written again the same to the byte", () => {
  fc.assert(
    fc.property(document, (original) => {
      const written = writeDocument(original);
      const result = readDocument(written, "a");
      expect(result.ok && writeDocument(result.document)).toBe(written);
      expect(result.ok && meaning(result.document)).toEqual(meaning(original));
    }),
  );
});

test("R167 the order in which things were drawn does not show in the text", () => {
  const shuffled = (original: FlowDocument): FlowDocument => ({
    ...original,
    nodes: original.nodes.toReversed(),
    wires: original.wires.toReversed(),
    connections: original.connections.toReversed(),
    layout: {
      ...original.layout,
      notes: original.layout.notes.toReversed(),
      groups: original.layout.groups.toReversed(),
    },
  });
  fc.assert(
    fc.property(document, (original) => {
      expect(writeDocument(shuffled(original))).toBe(writeDocument(original));
    }),
  );
});

test("R167 secrets are written as references", () => {
  expect(writeDocument(boilerRoom)).toContain('"$secret": "broker"');
});

/** A document without the order that means nothing and the defaults that were spelled out. */
function meaning({ nodes, wires, connections, layout, ...rest }: FlowDocument) {
  const byText = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
  return {
    ...rest,
    connections: new Map(connections.map((connection) => [connection.id, connection])),
    nodes: new Map(nodes.map(({ disabled = false, ...node }) => [node.id, { ...node, disabled }])),
    wires: byText(wires.map(({ from, port = "out", to, input = "in" }) => ({ from, port, to, input }))),
    layout: {
      nodes: layout.nodes,
      groups: new Map(layout.groups.map(({ nodes, ...group }) => [group.id, { ...group, nodes: nodes.toSorted() }])),
      notes: new Map(layout.notes.map((note) => [note.id, note])),
    },
  };
}
