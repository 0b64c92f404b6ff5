/** `sluice test`: runs the tests that stand beside flows, without a gateway, a broker or a device. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { FlowDocument } from "../../flows/format/document.ts";
import { readDocument } from "../../flows/format/read.ts";
import { compilerSettings } from "../compiler-settings.ts";
import type { Settings } from "../settings.ts";
import { checkTest } from "../trial/check-test.ts";
import { type FlowTest, inputsOf, type ReadTests, readTests } from "../trial/test-file.ts";
import { Trials } from "../trial/trials.ts";
import { UsageError } from "./arguments.ts";
import { type FileResult, junitXml } from "./junit.ts";

interface Suite extends ReadTests {
  readonly name: string;
  readonly document: FlowDocument;
}

/** Prints how each test went and answers the exit code: 0, or 1 when one failed. Throws `UsageError` for files that are no tests. */
export async function runTests(
  names: readonly string[],
  settings: Settings,
  junitFile: string | undefined,
  print: (text: string) => void,
): Promise<number> {
  const suites = (names.length > 0 ? names : [settings.flows_dir]).flatMap(testFiles).map(readSuite);
  const trials = new Trials();
  const results: FileResult[] = [];
  try {
    for (const suite of suites) {
      print(`${suite.name}\n`);
      const tests: FileResult["tests"][number][] = [];
      for (const [index, test] of suite.file.tests.entries()) {
        const startedMs = performance.now();
        const failures = await runTest(suite, index, test, settings, trials);
        tests.push({ name: test.name, failures, tookMs: performance.now() - startedMs });
        print(`  ${failures.length === 0 ? "ok  " : "FAIL"}  ${test.name}\n`);
        for (const line of failures) print(`        ${line}\n`);
      }
      results.push({ file: suite.name, tests });
    }
  } finally {
    await trials.close();
  }
  const all = results.flatMap(({ tests }) => tests);
  const failed = all.filter(({ failures }) => failures.length > 0).length;
  print(`${all.length} test(s): ${all.length - failed} passed, ${failed} failed\n`);
  if (junitFile !== undefined) writeJunit(junitFile, results);
  return failed === 0 ? 0 : 1;
}

/** Answers what is not as expected, in lines that name the place. */
async function runTest(
  { name, file, line, document }: Suite,
  index: number,
  test: FlowTest,
  settings: Settings,
  trials: Trials,
): Promise<readonly string[]> {
  const inputs = inputsOf(test);
  const placeOfStep = (step: number) => `${name}:${line(["tests", index, "steps", step])}`;
  const request = {
    document,
    startMs: Date.parse(file.start),
    inputs: inputs.map(({ input }) => input),
    endMs: test.steps.at(-1)?.at ?? 0,
  };
  const answer = await trials.run(request, compilerSettings(settings, "unknown"));
  if (!answer.ok)
    return answer.problems
      .filter(({ severity }) => severity === "error")
      .map(({ path = [], node, message }) => {
        const step = path[0] === "inputs" ? inputs[Number(path[1])]?.step : undefined;
        const place = step === undefined ? `${name}:${line(["tests", index])}` : placeOfStep(step);
        return `${place}: ${node === undefined ? "" : `node ${node}: `}${message}`;
      });
  const cut = answer.isCut ? [`${placeOfStep(0)}: so much came out that the test was stopped; send less`] : [];
  const nodes = new Set([...document.nodes.map(({ id }) => id), ...answer.events.map(({ node }) => node)]);
  const failures = checkTest(test, answer, nodes).flatMap(({ step, lines: [first = "", ...rest] }) => [
    `${placeOfStep(step)}: at ${(test.steps[step]?.at ?? 0) / 1_000} s: ${first}`,
    ...rest.map((words) => `  ${words}`),
  ]);
  return [...cut, ...failures];
}

function readSuite(name: string): Suite {
  const read = readTests(readFileSync(name, "utf8"));
  if ("faults" in read) throw new UsageError(read.faults.map((fault) => `${name}:${fault}`).join("\n"));
  const flowFile = resolve(
    dirname(name),
    read.file.flow ?? name.replace(/^.*[\\/]/, "").replace(/\.test\.ya?ml$/, ".flow.json"),
  );
  if (statSync(flowFile, { throwIfNoEntry: false }) === undefined)
    throw new UsageError(`${name}: there is no flow ${flowFile}; name its file with flow:`);
  const flow = readDocument(readFileSync(flowFile, "utf8"), flowFile);
  if (!flow.ok) throw new UsageError(flow.problems.map(({ message }) => message).join("\n"));
  return { ...read, name, document: flow.document };
}

function testFiles(name: string): string[] {
  const found = statSync(name, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file or folder ${name}`);
  if (!found.isDirectory()) return [name];
  const files = readdirSync(name).filter((entry) => /\.test\.ya?ml$/.test(entry));
  if (files.length === 0) throw new UsageError(`there are no tests (*.test.yaml) in ${name}`);
  return files.sort().map((entry) => join(name, entry));
}

function writeJunit(file: string, results: readonly FileResult[]): void {
  try {
    writeFileSync(file, junitXml(results));
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
