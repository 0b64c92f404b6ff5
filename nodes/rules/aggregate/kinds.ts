/** From settings to a kind of window. */
import { compileExpression } from "../../expression/expression.ts";
import { durationToken, durationWords } from "./duration-text.ts";
import type { Settings } from "./settings.ts";
import { type PointRule, WindowByPoints } from "./windows/by-points.ts";
import { WindowsByTime } from "./windows/by-time.ts";
import { calendarGrid, type Grid, steadyGrid } from "./windows/grid.ts";
import { SlidingWindow } from "./windows/sliding.ts";
import type { WindowKind } from "./windows/window.ts";

/** Months and years have no token of their own; these stand for them. */
const calendarTokens = { hour: "1h", day: "1d", week: "7d", month: "30d", year: "365d" } as const;

export function windowKind(settings: Settings): WindowKind {
  const { window, size, count, maxPoints } = settings;
  switch (window) {
    case "tumbling":
      return byTime(
        settings,
        steadyGrid(size, size, settings.offset),
        durationToken(size),
        `every ${durationWords(size)}`,
      );
    case "hopping": {
      const every = settings.every ?? size;
      const line = `over ${durationWords(size)}, every ${durationWords(every)}`;
      return byTime(settings, steadyGrid(size, every, settings.offset), durationToken(size), line);
    }
    case "calendar": {
      const grid = calendarGrid(settings.calendar, settings.timeZone, settings.offset);
      return byTime(settings, grid, calendarTokens[settings.calendar], `every ${settings.calendar}`);
    }
    case "sliding": {
      const limits = { sizeMs: size, points: maxPoints, step: 1 };
      return {
        name: durationToken(size),
        line: `over the last ${durationWords(size)}`,
        goesBy: "order",
        create: (context, saved) => new SlidingWindow(context, limits, saved),
      };
    }
    case "count": {
      const step = settings.step ?? count;
      const name = `count_${count}`;
      const isComplete: PointRule["isComplete"] = (open) => open.count >= count;
      if (step >= count) return byPoints(name, `every ${count} points`, { isComplete });
      const limits = { sizeMs: Number.POSITIVE_INFINITY, points: count, step };
      return {
        name,
        line: `over the last ${count} points`,
        goesBy: "arrival",
        create: (context, saved) => new SlidingWindow(context, limits, saved),
      };
    }
    case "session":
      return session(settings);
    case "state":
      return state(settings);
    case "cumulative":
      return byPoints("cumulative", "since the beginning", { isEndless: true });
  }
}

function byTime({ empty }: Settings, grid: Grid, name: string, line: string): WindowKind {
  return { name, line, goesBy: "time", create: (context, saved) => new WindowsByTime(context, grid, empty, saved) };
}

function byPoints(name: string, line: string, rule: PointRule, more: Partial<WindowKind> = {}): WindowKind {
  return {
    name,
    line,
    goesBy: "arrival",
    create: (context, saved) => new WindowByPoints(context, rule, saved),
    ...more,
  };
}

function session({ gap, maxLength = Number.POSITIVE_INFINITY }: Settings): WindowKind {
  const rule: PointRule = {
    gapMs: gap,
    endsBefore: (open, atMs) => atMs - open.lastMs >= gap || atMs - open.firstMs >= maxLength,
  };
  return byPoints(durationToken(gap), `until ${durationWords(gap)} without a point`, rule, { goesBy: "time" });
}

function state({ begin = "false", end, maxLength = Number.POSITIVE_INFINITY }: Settings): WindowKind {
  const begins = compileExpression(begin);
  const ends = end === undefined ? undefined : compileExpression(end);
  const rule: PointRule = {
    begins: (mark) => mark === "begins",
    endsBefore: (open, atMs, mark) => (ends === undefined && mark !== "begins") || atMs - open.firstMs >= maxLength,
    isComplete: (_open, mark) => mark === "ends",
    untilNext: ends === undefined,
  };
  return byPoints("cumulative", end === undefined ? `while ${begin}` : `from ${begin} until ${end}`, rule, {
    mark: (point) => (ends?.test(point) === true ? "ends" : begins.test(point) ? "begins" : "neither"),
  });
}
