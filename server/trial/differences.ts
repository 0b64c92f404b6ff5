/** Where a value differs from a part of it that is expected. Pure. */

export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Fields not expected are not compared; lists are, with their length. Numbers may differ by rounding, 1e-9 of their size. */
export function differences(expected: unknown, actual: unknown, path = ""): readonly Difference[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [{ path, expected, actual }];
    return expected.flatMap((member, index) => differences(member, actual[index], join(path, index)));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return [{ path, expected, actual }];
    return Object.entries(expected).flatMap(([key, member]) =>
      differences(member, (actual as Readonly<Record<string, unknown>>)[key], join(path, key)),
    );
  }
  return isSame(expected, actual) ? [] : [{ path, expected, actual }];
}

function isSame(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== "number" || typeof actual !== "number") return expected === actual;
  return Math.abs(expected - actual) <= 1e-9 * Math.max(Math.abs(expected), Math.abs(actual));
}

function join(path: string, part: string | number): string {
  return path === "" ? String(part) : `${path}.${part}`;
}
