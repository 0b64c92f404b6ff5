import { expect, test } from "vitest";
import { parseStoredAnswer } from "./stored-answer.ts";

const parse = (data: string) => parseStoredAnswer({ data: Buffer.from(data) });

test("an acknowledgement is read with its stream and sequence", () => {
  expect(parse('{"stream":"IOT_DATA", "seq":17}')).toEqual({
    stored: true,
    ack: { stream: "IOT_DATA", sequence: 17, duplicate: false },
  });
  expect(parse('{"stream":"IOT_DATA","seq":17,"duplicate":true}')).toMatchObject({ ack: { duplicate: true } });
});

test("a refusal is final, except when the stream only cannot take it now", () => {
  expect(parse('{"error":{"code":400,"err_code":10077,"description":"maximum bytes exceeded"}}')).toEqual({
    stored: false,
    again: "no",
    problem: "maximum bytes exceeded (JetStream error 10077)",
  });
  expect(parse('{"error":{"code":429,"err_code":10167,"description":"too many requests"}}')).toMatchObject({
    again: "late",
  });
  expect(parse('{"error":{"code":503,"err_code":10008,"description":"unavailable"}}')).toMatchObject({
    again: "late",
  });
});

test("no answer counts as stored unless it says so", () => {
  const answers = ["", "{", "null", "1", "[]", "{}", '{"stream":"T"}', '{"seq":1}', '{"stream":1,"seq":1}'];
  for (const answer of answers) expect(parse(answer)).toMatchObject({ stored: false, again: "late" });
});
