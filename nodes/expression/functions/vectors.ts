/** Functions on vectors and matrices. */
import { MessageError } from "../../contract/errors.ts";
import { define, type ExpressionFunction, mismatch } from "./define.ts";
import { listIn, numbersIn } from "./numbers.ts";

/** A determinant costs the cube of it. */
const largestDeterminant = 32;

export const vectorFunctions: Readonly<Record<string, ExpressionFunction>> = {
  magnitude: define("magnitude(v)", "length of a vector, {x, y, z} or a list", ["any"], "number", (v) =>
    Math.hypot(...vector(v, "magnitude")),
  ),
  dot: define("dot(a, b)", "scalar product of two vectors", ["any", "any"], "number", (a, b) => {
    const [one, other] = pair(a, b, "dot");
    return one.reduce((total, x, index) => total + x * (other[index] ?? 0), 0);
  }),
  cross: define("cross(a, b)", "vector product of two vectors in space", ["any", "any"], "any", cross),
  normalize: define("normalize(v)", "the vector of length 1 in the same direction", ["any"], "any", (v) => {
    const parts = vector(v, "normalize");
    const length = Math.hypot(...parts);
    if (length === 0) throw mismatch("normalize", "a vector that has a length", v);
    return like(
      v,
      parts.map((x) => x / length),
    );
  }),
  angle: define("angle(a, b)", "between two vectors, in degrees", ["any", "any"], "number", angle),
  distance: define("distance(a, b)", "between the ends of two vectors", ["any", "any"], "number", (a, b) => {
    const [one, other] = pair(a, b, "distance");
    return Math.hypot(...one.map((x, index) => x - (other[index] ?? 0)));
  }),
  trace: define("trace(matrix)", "sum of its diagonal", ["any"], "number", (m) =>
    square(m, "trace").reduce((total, row, index) => total + (row[index] ?? 0), 0),
  ),
  determinant: define("determinant(matrix)", "", ["any"], "number", (m) => determinant(square(m, "determinant"))),
};

function vector(value: unknown, name: string): readonly number[] {
  if (listIn(value) !== undefined) {
    const numbers = numbersIn(value, name);
    if (numbers.length > 0) return numbers;
  } else if (typeof value === "object" && value !== null) {
    const { x, y, z } = value as Readonly<Record<string, unknown>>;
    const parts = z === undefined ? [x, y] : [x, y, z];
    if (parts.every((part) => typeof part === "number")) return parts;
  }
  throw mismatch(name, "a vector, {x, y, z} or a list of numbers", value);
}

function pair(a: unknown, b: unknown, name: string): [readonly number[], readonly number[]] {
  const [one, other] = [vector(a, name), vector(b, name)];
  if (one.length === other.length) return [one, other];
  throw mismatch(name, `two vectors of the same length (they have ${one.length} and ${other.length})`, b);
}

/** In the form in which the vector came. */
function like(value: unknown, [...parts]: readonly number[]): unknown {
  if (listIn(value) !== undefined) return parts;
  const [x, y, z] = parts;
  return z === undefined ? { x, y } : { x, y, z };
}

function cross(a: unknown, b: unknown): unknown {
  const [one, other] = pair(a, b, "cross");
  if (one.length !== 3) throw mismatch("cross", "vectors of three numbers", a);
  const [ax, ay, az] = one as readonly [number, number, number];
  const [bx, by, bz] = other as readonly [number, number, number];
  return like(a, [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]);
}

/** After W. Kahan: exact also for vectors that are nearly parallel, where the arc cosine loses half of the digits. */
function angle(a: unknown, b: unknown): number {
  const [one, other] = pair(a, b, "angle");
  const [long, short] = [Math.hypot(...one), Math.hypot(...other)];
  if (long === 0 || short === 0) throw mismatch("angle", "vectors that have a length", a);
  const apart = Math.hypot(...one.map((x, index) => x / long - (other[index] ?? 0) / short));
  const along = Math.hypot(...one.map((x, index) => x / long + (other[index] ?? 0) / short));
  return (2 * Math.atan2(apart, along) * 180) / Math.PI;
}

/** Rows of numbers, from lists in a list, or a flat list with `rows` and `cols`. */
function square(value: unknown, name: string): readonly (readonly number[])[] {
  const numbers = numbersIn(value, name);
  const size = Math.round(Math.sqrt(numbers.length));
  const list = listIn(value) ?? [];
  const isNested = list.length > 0 && list.every((row) => Array.isArray(row) && row.length === size);
  const { rows, cols } = value as { readonly rows?: unknown; readonly cols?: unknown };
  const isFlat = !list.some(Array.isArray) && rows === size && cols === size;
  if (size === 0 || size * size !== numbers.length || !(isNested || isFlat))
    throw mismatch(name, "a matrix with as many rows as columns", value);
  return Array.from({ length: size }, (_, row) => numbers.slice(row * size, (row + 1) * size));
}

/** By elimination with the largest pivot of each column. */
function determinant(matrix: readonly (readonly number[])[]): number {
  if (matrix.length > largestDeterminant)
    throw new MessageError(
      "expression_limit",
      `determinant takes matrices of ${largestDeterminant} rows at most, not of ${matrix.length}`,
    );
  const rows = matrix.map((row) => [...row]);
  let product = 1;
  for (let column = 0; column < rows.length; column++) {
    const left = rows.slice(column);
    const pivot = left.reduce((best, row) => (Math.abs(at(row, column)) > Math.abs(at(best, column)) ? row : best));
    if (at(pivot, column) === 0) return 0;
    const place = rows.indexOf(pivot);
    if (place !== column) {
      rows[place] = rows[column] ?? [];
      rows[column] = pivot;
      product = -product;
    }
    product *= at(pivot, column);
    for (const row of rows.slice(column + 1)) {
      const factor = at(row, column) / at(pivot, column);
      for (let index = column; index < row.length; index++) row[index] = at(row, index) - factor * at(pivot, index);
    }
  }
  return product;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
