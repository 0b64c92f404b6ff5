import { headers as clientHeaders } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { encodeHeaders, headerSafeId, wireHeaders, withMessageId } from "./headers.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("headers are encoded as the client itself would", () => {
  const theirs = clientHeaders();
  theirs.set("Iot-Kind", "alert");
  theirs.set("Iot-Site", "Köln");
  expect(text(encodeHeaders({ "Iot-Kind": "alert", "Iot-Site": "Köln" }).bytes)).toBe(String(theirs));
});

test("a value cannot end its line and begin a header or message of its own", () => {
  expect(text(encodeHeaders({ A: "1\r\nNats-Msg-Id: x\r\n\r\nPUB t 1" }).bytes)).toBe(
    "NATS/1.0\r\nA: 1 Nats-Msg-Id: x PUB t 1\r\n\r\n",
  );
  expect(() => encodeHeaders({ "A: 1\r\nB": "2" })).toThrow("cannot be the name of a header");
});

test("the message id is put in front of what the block holds", () => {
  expect(text(withMessageId("b1", encodeHeaders({ A: "é" })))).toBe("NATS/1.0\r\nNats-Msg-Id: b1\r\nA: é\r\n\r\n");
  expect(text(withMessageId("b1"))).toBe("NATS/1.0\r\nNats-Msg-Id: b1\r\n\r\n");
});

test("an id from elsewhere cannot break the header", () => {
  expect(headerSafeId("d:flow:12:node")).toBe("d:flow:12:node");
  expect(headerSafeId("a\r\nb ü")).toBe("a%0D%0Ab%20%C3%BC");
});

test("the client gets the bytes as they are", () => {
  const { bytes } = encodeHeaders({ A: "1" });
  expect((wireHeaders(bytes) as unknown as { encode(): Uint8Array }).encode()).toBe(bytes);
});
