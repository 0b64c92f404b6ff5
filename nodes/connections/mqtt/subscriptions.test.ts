import { expect, test } from "vitest";
import type { MqttMessage } from "./client.ts";
import { Subscriptions, subscriptionIdentifier } from "./subscriptions.ts";

const message = (topic: string): MqttMessage => ({ topic, payload: Buffer.from("1"), qos: 1, retain: false });

function table() {
  const seen: string[] = [];
  const unwanted: string[] = [];
  let room = 0;
  const subscriptions = new Subscriptions({ onRoom: () => room++, onFirstUnwanted: (topic) => unwanted.push(topic) });
  const handler =
    (name: string) =>
    async ({ topic }: MqttMessage) => {
      seen.push(`${name} ${topic}`);
    };
  return { subscriptions, seen, unwanted, handler, room: () => room };
}

test("a message goes to every handler whose filter selects its topic, once", async () => {
  const { subscriptions, seen, handler, room } = table();
  subscriptions.hold("none");
  subscriptions.add("plant/#", handler("all"));
  subscriptions.add("plant/+/t", handler("t"));
  subscriptions.add("other", handler("other"));
  await subscriptions.deliver(message("plant/b/t"), []);
  expect(seen).toEqual(["all plant/b/t", "t plant/b/t"]);
  expect(room()).toBe(1);
});

test("a handler with two filters that select a topic gets the message once", async () => {
  const { subscriptions, seen, handler } = table();
  subscriptions.hold("none");
  const one = handler("one");
  subscriptions.add("plant/#", one);
  subscriptions.add("plant/+/t", one);
  await subscriptions.deliver(message("plant/b/t"), ["plant/#", "plant/+/t"].map(subscriptionIdentifier));
  expect(seen).toEqual(["one plant/b/t"]);
});

test("where the broker names the subscription, only its handlers get that copy", async () => {
  const { subscriptions, seen, handler } = table();
  subscriptions.hold("none");
  subscriptions.add("plant/#", handler("all"));
  subscriptions.add("plant/+/t", handler("t"));
  await subscriptions.deliver(message("plant/b/t"), [subscriptionIdentifier("plant/#")]);
  await subscriptions.deliver(message("plant/b/t"), [subscriptionIdentifier("plant/+/t")]);
  expect(seen).toEqual(["all plant/b/t", "t plant/b/t"]);
});

test("an identifier of an earlier run that no filter has any more falls back on the topic", async () => {
  const { subscriptions, seen, handler } = table();
  subscriptions.hold("none");
  subscriptions.add("plant/#", handler("all"));
  await subscriptions.deliver(message("plant/b"), [subscriptionIdentifier("gone/#")]);
  expect(seen).toEqual(["all plant/b"]);
});

test("until the nodes have subscribed everything is held, and then handed over in order", async () => {
  const { subscriptions, seen, handler } = table();
  const first = subscriptions.deliver(message("a/1"), []);
  subscriptions.add("a/#", handler("early"));
  const second = subscriptions.deliver(message("a/2"), []);
  subscriptions.add("a/+", handler("late"));
  expect(seen).toEqual([]);
  subscriptions.hold("unmatched");
  await Promise.all([first, second]);
  expect(seen).toEqual(["early a/1", "late a/1", "early a/2", "late a/2"]);
});

test("what nobody wants is held for a late node, and dropped and told once in the end", async () => {
  const { subscriptions, seen, unwanted, handler } = table();
  subscriptions.hold("unmatched");
  const wanted = subscriptions.deliver(message("a/1"), []);
  const stale = [subscriptions.deliver(message("old/1"), []), subscriptions.deliver(message("old/2"), [])];
  subscriptions.add("a/#", handler("late"));
  await wanted;
  expect(seen).toEqual(["late a/1"]);
  expect(unwanted).toEqual([]);
  subscriptions.hold("none");
  await Promise.all(stale);
  expect(unwanted).toEqual(["old/1"]);
});

test("at most a thousand messages are held", async () => {
  const { subscriptions, unwanted } = table();
  for (let count = 0; count < 1_000; count++) void subscriptions.deliver(message("a"), []);
  await subscriptions.deliver(message("one too many"), []);
  expect(unwanted).toEqual(["one too many"]);
});

test("identifiers are those MQTT allows", () => {
  for (const filter of ["", "#", "plant/+", "x".repeat(1_000)]) {
    expect(subscriptionIdentifier(filter)).toBeGreaterThanOrEqual(1);
    expect(subscriptionIdentifier(filter)).toBeLessThanOrEqual(268_435_455);
  }
});
