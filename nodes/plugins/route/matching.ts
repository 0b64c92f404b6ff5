/** Which routes a point takes. */
import type { Point } from "../../contract/point.ts";
import { compileExpression } from "../../expression/expression.ts";
import { glob } from "../../points/glob.ts";
import type { Route, Settings } from "./settings.ts";

type Fits = (point: Point) => boolean;

const otherwise: readonly string[] = ["out"];

/** The ports the point leaves by, each once; `out` when no route fits. Throws `MessageError` as expressions do. */
export function portsOf({ routes, match }: Settings): (point: Point) => readonly string[] {
  const compiled = routes.map((route) => ({ ports: [route.name], fits: fitsRoute(route) }));
  if (match === "first") return (point) => compiled.find(({ fits }) => fits(point))?.ports ?? otherwise;
  return (point) => {
    const ports = new Set(compiled.filter(({ fits }) => fits(point)).flatMap(({ ports }) => ports));
    return ports.size === 0 ? otherwise : [...ports];
  };
}

function fitsRoute({ device, key, tags, types, quality, when }: Route): Fits {
  const tests: Fits[] = [];
  if (device !== undefined)
    tests.push(
      (
        (like) => (point: Point) =>
          like(point.device_id)
      )(glob(device)),
    );
  if (key !== undefined)
    tests.push(
      (
        (like) => (point: Point) =>
          like(point.key)
      )(glob(key)),
    );
  for (const [name, pattern] of Object.entries(tags ?? {})) {
    const like = glob(pattern);
    tests.push(({ tags: own }) => Object.hasOwn(own, name) && like(own[name] ?? ""));
  }
  if (types !== undefined && types.length > 0) {
    const wanted: ReadonlySet<string> = new Set(types);
    tests.push(({ type }) => wanted.has(type));
  }
  if (quality !== undefined) tests.push((point) => (point.quality === 0) === (quality === "good"));
  if (when !== undefined) {
    const condition = compileExpression(when);
    tests.push((point) => condition.test(point));
  }
  return (point) => tests.every((test) => test(point));
}
