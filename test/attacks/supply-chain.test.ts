import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const read = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), "utf8"));
const product = read("package.json") as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
};
interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
}
const locked = Object.entries((read("package-lock.json") as { packages: Record<string, Locked> }).packages)
  .filter(([path]) => path !== "")
  .map(([path, entry]) => ({ name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length), ...entry }));

describe("S27 what others wrote", () => {
  test("is named by its exact version", () => {
    const given = Object.entries({ ...product.dependencies, ...product.devDependencies });
    expect(given.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(Object.keys(product.dependencies).length).toBeLessThan(60);
  });

  test("is what it was when it was chosen: every package has its checksum, none comes from elsewhere", () => {
    expect(locked.length).toBeGreaterThan(300);
    expect(locked.filter(({ integrity }) => !integrity?.startsWith("sha512-")).map(({ name }) => name)).toEqual([]);
    expect(locked.filter(({ resolved }) => resolved !== undefined && !resolved.startsWith("https://"))).toEqual([]);
  });

  test("runs no program when it is installed, but for these", () => {
    const scripted = new Set(locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name));
    // The serial driver ships its binaries; its script only compiles where there is none.
    expect([...scripted].sort()).toEqual(["@serialport/bindings-cpp", "better-sqlite3", "esbuild"]);
    expect(Object.keys(product.allowScripts).filter((name) => !scripted.has(name))).toEqual([]);
  });

  test("may be passed on: the licences of all that ships ask for no more than their text", () => {
    const permissive = /^(?:MIT|MIT-0|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense)$/;
    const others = locked
      .filter(
        ({ dev, license = "" }) =>
          dev !== true &&
          !license
            .replace(/^\((.*)\)$/, "$1")
            .split(" OR ")
            .some((one) => permissive.test(one)),
      )
      .map(({ name, license }) => `${name}: ${license}`);
    // Its licence is MIT, in a file of its own rather than in its package.json.
    expect(others).toEqual(["valid-url: undefined"]);
  });
});
