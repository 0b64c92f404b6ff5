/** Functions on places on the earth: objects with `latitude` and `longitude` in degrees (WGS 84). */
import { define, type ExpressionFunction, mismatch } from "./define.ts";
import { listIn } from "./numbers.ts";

/** Mean radius of the earth in metres (IUGG). */
const earthRadius = 6_371_008.8;

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export const placeFunctions: Readonly<Record<string, ExpressionFunction>> = {
  geoDistance: define(
    "geoDistance(a, b)",
    "metres between two places along the earth taken as a sphere, to about half a percent",
    ["any", "any"],
    "number",
    (a, b) => metres(place(a, "geoDistance"), place(b, "geoDistance")),
  ),
  geoBearing: define(
    "geoBearing(a, b)",
    "direction in which b is seen from a, in degrees clockwise from north",
    ["any", "any"],
    "number",
    (a, b) => bearing(place(a, "geoBearing"), place(b, "geoBearing")),
  ),
  geoWithin: define(
    "geoWithin(place, centre, metres)",
    "whether a place is no further from another than so many metres",
    ["any", "any", "number"],
    "bool",
    (a, b, radius) => metres(place(a, "geoWithin"), place(b, "geoWithin")) <= radius,
  ),
  geoInside: define(
    "geoInside(place, area)",
    "whether a place is inside of an area, a list of corners {latitude, longitude} or [latitude, longitude]",
    ["any", "list"],
    "bool",
    (a, corners) => isInside(place(a, "geoInside"), corners),
  ),
  geoIsValid: define(
    "geoIsValid(place)",
    "whether its coordinates exist",
    ["any"],
    "bool",
    (a) => placeIn(a) !== undefined,
  ),
};

function placeIn(value: unknown): Place | undefined {
  const [latitude, longitude] = Array.isArray(value)
    ? (value as readonly unknown[])
    : [(value as Partial<Place> | null)?.latitude, (value as Partial<Place> | null)?.longitude];
  if (typeof latitude !== "number" || typeof longitude !== "number") return undefined;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}

function place(value: unknown, name: string): Place {
  const found = placeIn(value);
  if (found !== undefined) return found;
  throw mismatch(name, "a place with a latitude from -90 to 90 and a longitude from -180 to 180", value);
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** By the haversine, which loses nothing for places that are near each other. */
function metres(a: Place, b: Place): number {
  const height = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const width = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const share = height + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * width;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(share)));
}

function bearing(a: Place, b: Place): number {
  const [from, to] = [radians(a.latitude), radians(b.latitude)];
  const turn = radians(b.longitude - a.longitude);
  const east = Math.sin(turn) * Math.cos(to);
  const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(turn);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** Counts the edges that a line from the place to the north crosses; the area may lie across the 180th meridian. */
function isInside(a: Place, area: unknown): boolean {
  const corners = (listIn(area) ?? []).map((corner) => {
    const { latitude, longitude } = place(corner, "geoInside");
    return { north: latitude - a.latitude, east: ((longitude - a.longitude + 540) % 360) - 180 };
  });
  if (corners.length < 3) throw mismatch("geoInside", "at least three corners", area);
  let isIn = false;
  corners.forEach((one, index) => {
    const other = corners.at(index - 1) ?? one;
    if (one.east > 0 === other.east > 0) return;
    const north = one.north - (one.east * (other.north - one.north)) / (other.east - one.east);
    if (north > 0) isIn = !isIn;
  });
  return isIn;
}
