import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runOperator } from "../../contract/testing.ts";
import filter from "./filter.node.ts";

type Config = Readonly<Record<string, unknown>>;
const run = (config: Config) => runOperator(filter, config);

describe("a token bucket", () => {
  const config = { mode: "rateLimit", spread: true, count: 2, per: "1s", burst: 5 };

  test("R013 in any time no more pass than the burst and what has been added since", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, (steps) => {
        const filtering = run(config);
        const passedAt: number[] = [];
        for (const step of steps) {
          filtering.clock.advance(step);
          if (filtering.point({})[0]?.port === "out") passedAt.push(filtering.clock.monotonic());
        }
        passedAt.forEach((start, index) => {
          passedAt.slice(index).forEach((end, more) => {
            expect(more + 1).toBeLessThanOrEqual(5 + ((end - start) / 1_000) * 2 + 1e-6);
          });
        });
      }),
    );
  });

  test("what keeps to the rate always passes", () => {
    const filtering = run({ ...config, count: 3, burst: 1 });
    for (let index = 0; index < 300; index++) {
      expect(filtering.point({})[0]?.port).toBe("out");
      filtering.clock.advance(1_000 / 3);
    }
  });

  test("counts for each device, or all together, when told to", () => {
    const ports = (limitBy: string) => {
      const filtering = run({ ...config, burst: 1, limitBy });
      const points = [{}, { key: "other" }, { device_id: "d2" }];
      return points.map((point) => filtering.point(point)[0]?.port);
    };
    expect(ports("series")).toEqual(["out", "out", "out"]);
    expect(ports("device")).toEqual(["out", "rejected", "out"]);
    expect(ports("all")).toEqual(["out", "rejected", "rejected"]);
  });
});

describe("the latest of each time", () => {
  test("R013 one passes for each time in which there was one, at its end, and no point is lost", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 1_500 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, (steps) => {
        const filtering = run({ mode: "latest", per: "1s" });
        const sent: { value: number; atMs: number }[] = [];
        steps.forEach((step, value) => {
          filtering.clock.advance(step);
          sent.push({ value, atMs: filtering.clock.monotonic() });
          filtering.point({ value });
        });
        filtering.clock.advance(1_000);
        const expected: number[] = [];
        let endMs = Number.NEGATIVE_INFINITY;
        for (const { value, atMs } of sent) {
          if (atMs < endMs) expected.pop();
          else endMs = atMs + 1_000;
          expected.push(value);
        }
        const passed = filtering.emitted.filter(({ port }) => port === "out").map(({ point }) => point.value);
        expect(passed).toEqual(expected);
        expect(filtering.emitted.map(({ point }) => point.value)).toEqual(sent.map(({ value }) => value));
      }),
    );
  });

  test("each series has times of its own, and each point keeps its trace", () => {
    const filtering = run({ mode: "latest", per: "10s" });
    filtering.point({ key: "a", value: 1 });
    filtering.clock.advance(5_000);
    filtering.point({ key: "b", value: 2 });
    filtering.clock.advance(5_000);
    expect(filtering.emitted.map(({ point }) => point.key)).toEqual(["a"]);
    filtering.clock.advance(5_000);
    expect(filtering.emitted.map(({ point }) => point.key)).toEqual(["a", "b"]);
    expect(filtering.emitted[0]?.emission.trace?.id).toMatch(/^0000/);
  });
});
