import { beforeEach, expect, test } from "vitest";
import { follow } from "./follow.ts";
import { createSamples, type Samples } from "./samples.ts";

const sample = { flow: "f", node: "n", port: "out", traceId: "t", atMs: 0, text: "{}", truncated: false };
const viewport = { current: { scrollTop: 0, scrollHeight: 1_000, clientHeight: 200 } };
let samples: Samples;
let following: ReturnType<typeof follow>;

/** One more message, 20 px high. */
function arrive() {
  samples.push({ samples: [sample], errors: [], skipped: 0 });
  if (!samples.getState().paused) viewport.current.scrollHeight += 20;
  following.shown(samples.getState().entries);
}
function scrollTo(top: number) {
  viewport.current.scrollTop = top;
  following.scrolled();
}
const atEnd = () => viewport.current.scrollHeight - viewport.current.clientHeight;

beforeEach(() => {
  samples = createSamples();
  viewport.current = { scrollTop: 0, scrollHeight: 1_000, clientHeight: 200 };
  following = follow(samples, viewport);
  arrive();
});

test("the list stays at its newest entry", () => {
  arrive();
  expect(viewport.current.scrollTop).toBe(viewport.current.scrollHeight);
  expect(samples.getState().paused).toBe(false);
});

test("scrolling up holds it still, scrolling back to the end lets it go on", () => {
  scrollTo(300);
  expect(samples.getState().paused).toBe(true);
  arrive();
  expect(viewport.current.scrollTop).toBe(300);
  scrollTo(500);
  expect(samples.getState().paused).toBe(true);
  scrollTo(atEnd());
  expect(samples.getState().paused).toBe(false);
});

test("an open entry holds it still until it is closed", () => {
  following.reading(true);
  expect(samples.getState().paused).toBe(true);
  scrollTo(atEnd());
  expect(samples.getState().paused).toBe(true);
  following.reading(false);
  expect(samples.getState().paused).toBe(false);
});

test("a pause by the button ends only by the button", () => {
  following.pause();
  following.reading(true);
  following.reading(false);
  scrollTo(100);
  scrollTo(atEnd());
  expect(samples.getState().paused).toBe(true);
  following.resume();
  expect(samples.getState().paused).toBe(false);
});
