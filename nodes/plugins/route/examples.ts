import type { Example } from "../../contract/node.ts";

export const examples: readonly Example[] = [
  {
    title: "R008 each line of a plant goes its own way",
    config: {
      routes: [
        { name: "line-1", device: "press-1*" },
        { name: "line-2", device: "press-2*" },
      ],
    },
    input: [
      { point: { device_id: "press-11" } },
      { point: { device_id: "press-20" } },
      { point: { device_id: "boiler" } },
    ],
    output: [
      { port: "line-1", point: { device_id: "press-11" } },
      { port: "line-2", point: { device_id: "press-20" } },
      { point: { device_id: "boiler" } },
    ],
  },
  {
    title: "Hot values to the alarm, all temperatures to the archive",
    config: {
      match: "all",
      routes: [
        { name: "alarm", key: "temp*", when: "value > 80" },
        { name: "archive", key: "temp*", quality: "good" },
      ],
    },
    input: [{ point: { key: "temp", value: 81 } }, { point: { key: "temp", value: 20 } }, { point: { key: "speed" } }],
    output: [
      { port: "alarm", point: { value: 81 } },
      { port: "archive", point: { value: 81 } },
      { port: "archive", point: { value: 20 } },
      { point: { key: "speed" } },
    ],
  },
  {
    title: "By tag and by type",
    config: {
      routes: [
        { name: "hall-a", tags: { hall: "a*" } },
        { name: "states", types: ["bool", "string"] },
      ],
    },
    input: [{ point: { tags: { hall: "a2" } } }, { point: { value: "run" } }, { point: { tags: { hall: "b" } } }],
    output: [
      { port: "hall-a", point: { tags: { hall: "a2" } } },
      { port: "states", point: { value: "run" } },
      { point: { tags: { hall: "b" } } },
    ],
  },
  {
    title: "A list becomes points",
    config: { lists: "split" },
    input: [{ point: { key: "phase", value: { values: [230.1, 229.8], dimension: 2, labels: ["l1", "l2"] } } }],
    output: [
      { point: { key: "phase.l1", value: 230.1, type: "float" } },
      { point: { key: "phase.l2", value: 229.8, type: "float" } },
    ],
  },
  {
    title: "Points of five seconds go on together",
    config: { send: "batch", collectFor: "5s" },
    input: [{ point: { value: 1 } }, { at: "4s", point: { value: 2 } }, { at: "5s", wait: true }],
    output: [{ point: { value: 1 } }, { point: { value: 2 } }],
  },
];
