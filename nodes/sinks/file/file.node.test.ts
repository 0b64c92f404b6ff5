import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SinkRecord } from "../../contract/connector.ts";
import { connectorSurroundings, ManualClock } from "../../contract/testing.ts";
import { parseByteSize } from "../byte-size.ts";
import sink from "./file.node.ts";
import { pathProblem } from "./safe-path.ts";

let outer: string;
let root: string;
beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), "file-sink-"));
  root = join(outer, "files");
});
afterEach(() => rm(outer, { recursive: true, force: true }));

const { signal } = new AbortController();

function open(config: Record<string, unknown>, clock = new ManualClock()) {
  return sink.open(sink.config.parse(config), {
    clock,
    signal,
    status: () => undefined,
    lost: () => undefined,
    connection: undefined,
    ...connectorSurroundings(),
    filesRoot: root,
  });
}

const record = (data: Record<string, unknown>): SinkRecord => ({
  subject: "iot.rules.hot",
  data,
  traceId: "trace-1",
  timestamp: "2026-01-01T10:00:00.000Z",
  text: JSON.stringify({ version: "1.0", data }),
});
const values = (...numbers: readonly number[]) => numbers.map((value) => record({ value }));
const text = (path: string) => readFile(join(root, path), "utf8");
const valuesOf = async (path: string) =>
  (await text(path))
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { value: number }).value);

async function write(config: Record<string, unknown>, records: readonly SinkRecord[]) {
  const opened = await open(config);
  await opened.write(records, signal);
  await opened.close();
}

test("R031 each record is one parsable line, in order, in a folder made for it", async () => {
  const opened = await open({ path: "a/b/points.jsonl" });
  await opened.write(values(1, 2), signal);
  await opened.write(values(3), signal);
  expect(await text("a/b/points.jsonl")).toBe(
    '{"value":1,"trace_id":"trace-1"}\n{"value":2,"trace_id":"trace-1"}\n{"value":3,"trace_id":"trace-1"}\n',
  );
  await opened.close();
});

test("the complete message can be written as it stands on the bus", async () => {
  await write({ path: "x.jsonl", content: "envelope" }, values(1));
  expect(await text("x.jsonl")).toBe('{"version":"1.0","data":{"value":1}}\n');
});

test("after a restart it goes on where it stopped", async () => {
  await write({ path: "x.jsonl" }, values(1));
  await write({ path: "x.jsonl" }, values(2));
  expect(await valuesOf("x.jsonl")).toEqual([1, 2]);
});

test("a line that a crash cut short is ended, so that the next record can be read", async () => {
  await mkdir(root);
  await writeFile(join(root, "x.jsonl"), '{"value":1}\n{"val');
  await write({ path: "x.jsonl" }, values(2));
  expect((await text("x.jsonl")).split("\n")).toEqual(['{"value":1}', '{"val', '{"value":2,"trace_id":"trace-1"}', ""]);
});

describe("CSV", () => {
  const header = "timestamp,device_id,key,value,type,quality,trace_id\n";

  test("R031 has the header once and quotes as RFC 4180 says", async () => {
    const point = {
      device_id: "b",
      key: "t",
      value: 21.5,
      type: "float",
      quality: 0,
      timestamp: "2026-01-01T09:59:59Z",
    };
    await write({ path: "x.csv", format: "csv" }, [record(point)]);
    await write({ path: "x.csv", format: "csv" }, [
      record({ ...point, device_id: 'Kessel "alt", links', value: { x: 1, y: 2 }, type: "vector3d" }),
      record({ ...point, value: "two\r\nlines\n", type: "string" }),
      record({ key: "k", value: null }),
      record({ key: "k", value: false }),
    ]);
    expect(await text("x.csv")).toBe(
      `${header}2026-01-01T09:59:59Z,b,t,21.5,float,0,trace-1
2026-01-01T09:59:59Z,"Kessel ""alt"", links",t,"{""x"":1,""y"":2}",vector3d,0,trace-1
2026-01-01T09:59:59Z,b,t,"two lines ",string,0,trace-1
2026-01-01T10:00:00.000Z,,k,,,,trace-1
2026-01-01T10:00:00.000Z,,k,false,,,trace-1
`,
    );
  });

  test("a line cut short inside quotes does not swallow the next one", async () => {
    await mkdir(root);
    await writeFile(join(root, "x.csv"), `${header}2026,b,t,"half a va`);
    await write({ path: "x.csv", format: "csv" }, [record({ key: "next" })]);
    expect((await text("x.csv")).split("\n").slice(1, 3)).toEqual([
      '2026,b,t,"half a va"',
      "2026-01-01T10:00:00.000Z,,next,,,,trace-1",
    ]);
  });

  test("a header cut short is written anew; a file with other columns is put aside as it is", async () => {
    await mkdir(root);
    await writeFile(join(root, "x.csv"), "timestamp,devi");
    await write({ path: "x.csv", format: "csv" }, []);
    expect(await text("x.csv")).toBe(header);
    await writeFile(join(root, "y.csv"), "a,b,c\n1,2,3\n");
    await expect(open({ path: "y.csv", format: "csv", maxFiles: 1 })).rejects.toThrow("has other columns");
    await write({ path: "y.csv", format: "csv" }, []);
    expect(await text("y.csv")).toBe(header);
    expect(await text("y.1.csv")).toBe("a,b,c\n1,2,3\n");
  });

  test("each new file begins with the header", async () => {
    await write(
      { path: "x.csv", format: "csv", maxBytes: "150B" },
      [1, 2, 3].map((value) => record({ value })),
    );
    expect((await readdir(root)).sort()).toEqual(["x.1.csv", "x.csv"]);
    expect((await text("x.csv")).startsWith(header)).toBe(true);
    expect((await text("x.1.csv")).startsWith(header)).toBe(true);
  });
});

describe("a full file", () => {
  test("is put aside before it passes its size, and the oldest goes", async () => {
    // Each line has 33 bytes.
    const config = { path: "x.jsonl", maxBytes: "100B", maxFiles: 3 };
    const opened = await open(config);
    await opened.write(values(1, 2), signal);
    await opened.write(values(3, 4, 5, 6, 7), signal);
    await opened.write(values(8), signal);
    expect((await readdir(root)).sort()).toEqual(["x.1.jsonl", "x.2.jsonl", "x.jsonl"]);
    expect(await Promise.all(["x.2.jsonl", "x.1.jsonl", "x.jsonl"].map(valuesOf))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
    await opened.write(values(9), signal);
    await opened.write(values(1), signal);
    await opened.close();
    expect(await Promise.all(["x.2.jsonl", "x.1.jsonl", "x.jsonl"].map(valuesOf))).toEqual([[4, 5, 6], [7, 8, 9], [1]]);
  });

  test("can be the only one kept", async () => {
    await write({ path: "x.jsonl", maxBytes: "40B", maxFiles: 1 }, values(1, 2, 3));
    expect(await readdir(root)).toEqual(["x.jsonl"]);
    expect(await valuesOf("x.jsonl")).toEqual([3]);
  });

  test("takes a line larger than itself alone, and 0 means never full", async () => {
    await write({ path: "x.jsonl", maxBytes: "10B" }, values(1, 2));
    expect(await valuesOf("x.1.jsonl")).toEqual([1]);
    expect(await valuesOf("x.jsonl")).toEqual([2]);
    await write({ path: "y.jsonl", maxBytes: "0" }, values(1, 2, 3));
    expect(await valuesOf("y.jsonl")).toEqual([1, 2, 3]);
  });
});

describe("a new file", () => {
  test("is begun after so many messages, also counted over a restart", async () => {
    const config = { path: "x.jsonl", maxLines: 3 };
    await write(config, values(1, 2));
    await write(config, values(3, 4, 5, 6, 7));
    expect(await Promise.all(["x.2.jsonl", "x.1.jsonl", "x.jsonl"].map(valuesOf))).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  test("is begun at each full hour, also after a restart, and never an empty one", async () => {
    const clock = new ManualClock(Date.now());
    const config = { path: "x.jsonl", interval: "1h" };
    const opened = await open(config, clock);
    clock.jump(10 * 3_600_000);
    await opened.write(values(1), signal);
    await opened.write(values(2), signal);
    clock.jump(3_600_000);
    await opened.write(values(3), signal);
    await opened.close();
    expect(await Promise.all(["x.1.jsonl", "x.jsonl"].map(valuesOf))).toEqual([[1, 2], [3]]);
    // The file itself says when it was written last: just now by the clock of the machine.
    const later = await open(config, new ManualClock(Date.now() + 2 * 3_600_000));
    await later.write(values(4), signal);
    await later.close();
    expect(await Promise.all(["x.2.jsonl", "x.1.jsonl", "x.jsonl"].map(valuesOf))).toEqual([[1, 2], [3], [4]]);
  });

  test("leaves the old one compressed if wanted, and the oldest goes whichever way it was kept", async () => {
    const config = { path: "x.jsonl", maxLines: 1, maxFiles: 3 };
    await write(config, values(1, 2));
    await write({ ...config, gzip: true }, values(3, 4));
    expect((await readdir(root)).sort()).toEqual(["x.1.jsonl.gz", "x.2.jsonl.gz", "x.jsonl"]);
    const unpacked = gunzipSync(await readFile(join(root, "x.1.jsonl.gz"))).toString();
    expect(unpacked).toBe('{"value":3,"trace_id":"trace-1"}\n');
    await write(config, values(5));
    expect((await readdir(root)).sort()).toEqual(["x.1.jsonl", "x.2.jsonl.gz", "x.jsonl"]);
  });
});

describe("a path with expressions", () => {
  const of = (device_id: unknown, value: number, timestamp = "2026-01-01T09:59:59.000Z") =>
    record({ device_id, key: "t", value, timestamp });

  test("makes a file for each device and day of the points' own time, each in order", async () => {
    const path = `\${date}/\${hour}/\${device_id}.jsonl`;
    await write({ path }, [of("a", 1), of("b", 2), of("a", 3), of("a", 4, "2025-12-31T23:59:59.000Z")]);
    expect(await valuesOf("2026-01-01/09/a.jsonl")).toEqual([1, 3]);
    expect(await valuesOf("2026-01-01/09/b.jsonl")).toEqual([2]);
    expect(await valuesOf("2025-12-31/23/a.jsonl")).toEqual([4]);
  });

  test("cannot be led anywhere by a device, whatever it is called", async () => {
    const opened = await open({ path: `d/\${device_id}` });
    const names = ["../../x", "..", ".", "a/b", "a\\b", "/etc/passwd", "C:\\x", "a\0b", ".hidden", "ü 1"];
    await opened.write(
      names.map((name, index) => of(name, index)),
      signal,
    );
    await opened.close();
    expect(await readdir(outer)).toEqual(["files"]);
    expect(await readdir(root)).toEqual(["d"]);
    const expected = ["%2E.%2F..%2Fx", "%2E%2E", "%2E", "a%2Fb", "a%5Cb", "%2Fetc%2Fpasswd", "C%3A%5Cx", "a%00b"];
    expect((await readdir(join(root, "d"))).sort()).toEqual([...expected, "%2Ehidden", "ü 1"].sort());
  });

  test("refuses what names no file, and keeps the rest", async () => {
    const opened = await open({ path: `\${device_id}.jsonl` });
    const refusal = opened.write(
      [of("a", 1), of(undefined, 2), of("x".repeat(300), 3), of("con", 4), of("b", 5)],
      signal,
    );
    await expect(refusal).rejects.toMatchObject({
      name: "PartialWriteError",
      rejected: [
        { index: 1, reason: "this point has no device_id" },
        { index: 2, reason: "a name of the path is longer than 200 bytes" },
        { index: 3, reason: '"con.jsonl": a part of the path is the name of a device on Windows' },
      ],
    });
    await opened.close();
    expect((await readdir(root)).sort()).toEqual(["a.jsonl", "b.jsonl"]);
  });

  test("keeps no more than 64 files open, and goes on in those it has closed", async () => {
    const opened = await open({ path: `\${device_id}.jsonl`, fsync: "never" });
    const before = (await readdir("/proc/self/fd").catch(() => [])).length;
    for (let round = 0; round < 2; round++)
      await opened.write(
        Array.from({ length: 200 }, (_, index) => of(`d${index}`, round)),
        signal,
      );
    expect((await readdir("/proc/self/fd").catch(() => [])).length - before).toBeLessThan(80);
    await opened.close();
    expect(await valuesOf("d0.jsonl")).toEqual([0, 1]);
    expect(await valuesOf("d199.jsonl")).toEqual([0, 1]);
  });
});

test("line protocol can be imported into InfluxDB", async () => {
  const opened = await open({ path: "x.lp", format: "line-protocol" });
  const timestamp = "2026-01-01T10:00:00.000Z";
  const refusal = opened.write(
    [record({ device_id: "d 1", key: "t", value: 21, timestamp }), record({ device_id: "d", key: "t", value: null })],
    signal,
  );
  await expect(refusal).rejects.toMatchObject({ rejected: [{ index: 1 }] });
  await opened.close();
  expect(await text("x.lp")).toBe("t,device_id=d\\ 1 value=21 1767261600000000000\n");
});

test("CSV has the columns one names, tags among them", async () => {
  const columns = ["device_id", "tags.größe", "tags.none", "rule_id"];
  const data = { device_id: "d", rule_id: "r", tags: { größe: "x,y" } };
  await write({ path: "x.csv", format: "csv", columns }, [record(data)]);
  await write({ path: "x.csv", format: "csv", columns }, [record(data)]);
  expect(await text("x.csv")).toBe('device_id,tags.größe,tags.none,rule_id\nd,"x,y",,r\nd,"x,y",,r\n');
});

test("waiting for the disk once a second does not hold up the batch", async () => {
  const clock = new ManualClock();
  const opened = await open({ path: "x.jsonl", fsync: "interval" }, clock);
  await opened.write(values(1), signal);
  clock.advance(1_000);
  await opened.write(values(2), signal);
  await opened.close();
  expect(await valuesOf("x.jsonl")).toEqual([1, 2]);
});

test("a file that was moved or deleted is begun anew", async () => {
  const opened = await open({ path: "x.jsonl" });
  await opened.write(values(1), signal);
  await rename(join(root, "x.jsonl"), join(root, "moved.jsonl"));
  await opened.write(values(2), signal);
  await rm(join(root, "x.jsonl"));
  await opened.write(values(3), signal);
  await opened.close();
  expect(await valuesOf("moved.jsonl")).toEqual([1]);
  expect(await valuesOf("x.jsonl")).toEqual([3]);
});

describe("the gateway's folder of files is not left", () => {
  test.each([
    ["", "write a path"],
    ["/etc/passwd", "without a / or drive"],
    ["C:/x", "without a / or drive"],
    ["../x", "leave .. out"],
    ["a/../../x", "leave .. out"],
    ["a\\..\\x", "separate folders with /"],
    ["a//x", "a name between any two /"],
    ["./x", "a name between any two /"],
    ["data/", "the name of a file"],
    ["a\0b", "control characters"],
    ["data/con.txt", "name of a device"],
  ])("the path %j is refused", (path, words) => {
    expect(pathProblem(path)).toContain(words);
    expect(sink.config.safeParse({ path }).error?.issues[0]?.message).toContain(words);
  });

  test("by a link in the path, and nothing is created behind it", async () => {
    await mkdir(join(outer, "elsewhere"));
    await mkdir(root);
    await symlink(join(outer, "elsewhere"), join(root, "link"));
    await expect(open({ path: "link/deep/x.jsonl" })).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining("leads out of the gateway's folder of files"),
    });
    expect(await readdir(join(outer, "elsewhere"))).toEqual([]);
  });

  test("by a link instead of the file", async () => {
    await mkdir(root);
    await writeFile(join(outer, "victim"), "precious");
    await symlink(join(outer, "victim"), join(root, "x.jsonl"));
    await expect(open({ path: "x.jsonl" })).rejects.toThrow("symbolic link");
    expect(await readFile(join(outer, "victim"), "utf8")).toBe("precious");
  });
});

test("what stands in the way is said in words", async () => {
  await mkdir(join(root, "folder.jsonl"), { recursive: true });
  await writeFile(join(root, "file"), "");
  const failure = (path: string) => open({ path }).catch((error: Error) => `${error.name}: ${error.message}`);
  expect(await failure("folder.jsonl")).toMatch(/^ConnectionError: cannot write .*there is a folder of that name/);
  expect(await failure("file/x.jsonl")).toMatch(/^ConnectionError: cannot write .*is a file, not a folder/);
});

test.each([
  ["10MB", 10_485_760],
  ["1.5KB", 1_536],
  ["1GB", 1_073_741_824],
  ["500k", 500_000],
  ["2M", 2_000_000],
  ["100B", 100],
  ["0", 0],
  ["ten", undefined],
  ["-1MB", undefined],
  ["10TB", undefined],
])("%s is %s bytes", (size, bytes) => {
  expect(parseByteSize(size)).toBe(bytes);
});
