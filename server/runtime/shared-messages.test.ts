import { expect, test } from "vitest";
import type { BusMessage } from "../bus/bus.ts";
import { SharedMessages } from "./shared-messages.ts";

const message = (text: string, subject = "iot.processed.d1.v"): BusMessage => ({
  subject,
  data: Buffer.from(text),
  reply: undefined,
  header: () => undefined,
});
const point = '{"device_id":"d1","key":"v","value":1}';
const [one, other] = [{}, {}];

test("copies of a message for several subscriptions share what it says", () => {
  const shared = new SharedMessages();
  const first = shared.decode(message(point), one, 0);
  expect(shared.decode(message(point), other, 1)).toBe(first);
  const [points, again] = [
    shared.points(first, "iot.processed.d1.v", 5),
    shared.points(first, "iot.processed.d1.v", 6),
  ];
  expect(again).toBe(points);
  expect(points.points).toMatchObject([{ device_id: "d1", value: 1 }]);
});

test("what was sent twice is two messages: the same subscription gets it again, or it comes later", () => {
  const shared = new SharedMessages();
  const first = shared.decode(message(point), one, 0);
  const second = shared.decode(message(point), one, 1);
  expect(second.traceId).not.toBe(first.traceId);
  expect(shared.decode(message(point), other, 1_000).traceId).not.toBe(second.traceId);
  expect(shared.points(first, "iot.processed.d1.v", 5).points).toHaveLength(1);
});

test("other bytes and other subjects are other messages", () => {
  const shared = new SharedMessages();
  const first = shared.decode(message(point), one, 0);
  expect(shared.decode(message(point, "iot.processed.d2.v"), other, 0)).not.toBe(first);
  expect(shared.decode(message(point.replace("1}", "2}"), "iot.processed.d2.v"), one, 0).data).toMatchObject({
    value: 2,
  });
});
