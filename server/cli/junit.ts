/** Results of tests in the form CI systems read: one suite for each file, one case for each test. */

export interface TestResult {
  readonly name: string;
  /** Empty when it passed. */
  readonly failures: readonly string[];
  readonly tookMs: number;
}

export interface FileResult {
  readonly file: string;
  readonly tests: readonly TestResult[];
}

export function junitXml(files: readonly FileResult[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${files.map(suite).join("")}</testsuites>\n`;
}

function suite({ file, tests }: FileResult): string {
  const failed = tests.filter(({ failures }) => failures.length > 0).length;
  const cases = tests.map(({ name, failures, tookMs }) => {
    const head = `<testcase classname="${escaped(file)}" name="${escaped(name)}" time="${(tookMs / 1_000).toFixed(3)}"`;
    if (failures.length === 0) return `    ${head}/>\n`;
    const text = escaped(failures.join("\n"));
    return `    ${head}><failure message="${escaped(failures[0] ?? "")}">${text}</failure></testcase>\n`;
  });
  return `  <testsuite name="${escaped(file)}" tests="${tests.length}" failures="${failed}">\n${cases.join("")}  </testsuite>\n`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** XML 1.0 knows no control characters, not even escaped. */
function escaped(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, "\uFFFD").replace(/[&<>"\n]/g, (character) => entities[character] ?? "");
}
