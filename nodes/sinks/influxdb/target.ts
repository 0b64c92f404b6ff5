/** Where the write interfaces of InfluxDB are and how one shows who one is, by version. Pure. */
import type { Precision } from "../line-protocol/epoch.ts";
import type { TargetNames } from "./answer.ts";
import type { InfluxConfig } from "./config.ts";

/** InfluxDB 3 spells them out, and guesses from the digits when none is given. */
const spelledOut: Readonly<Record<Precision, string>> = {
  ns: "nanosecond",
  us: "microsecond",
  ms: "millisecond",
  s: "second",
};

export interface InfluxTarget extends TargetNames {
  /** Path and query of a write. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function influxTarget(config: InfluxConfig): InfluxTarget {
  const { version, database, bucket } = config;
  const { host } = new URL(config.url);
  const place = version === "2" ? `bucket "${bucket}"` : `database "${database}"`;
  return { version, host, place, path: writePath(config), headers: authorization(config) };
}

function writePath({ version, database, retentionPolicy, org, bucket, precision }: InfluxConfig): string {
  switch (version) {
    case "1": {
      const policy = retentionPolicy === "" ? {} : { rp: retentionPolicy };
      // Version 1 writes microseconds as u.
      return `/write?${query({ db: database, ...policy, precision: precision === "us" ? "u" : precision })}`;
    }
    case "2":
      return `/api/v2/write?${query({ ...(org === "" ? {} : { org }), bucket, precision })}`;
    case "3": {
      const settings = { precision: spelledOut[precision], accept_partial: "true", no_sync: "false" };
      return `/api/v3/write_lp?${query({ db: database, ...settings })}`;
    }
  }
}

function query(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString();
}

function authorization({ version, username, password = "", token }: InfluxConfig): Readonly<Record<string, string>> {
  if (version === "1" && username !== "")
    return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
  if (version !== "1" && token !== undefined)
    return { Authorization: `${version === "2" ? "Token" : "Bearer"} ${token}` };
  return {};
}
