/**
 * `npm run bench -- [name …]`: every speed promise as a figure measured here and now, with the machine it was measured on.
 * `--save` writes them into `docs/speed.md`.
 */
import { writeFileSync } from "node:fs";
import { cpus, totalmem, type } from "node:os";
import { benches } from "./benches.ts";

const save = process.argv.includes("--save");
const chosen = process.argv.slice(2).filter((argument) => argument !== "--save");
const print = (line: string) => process.stdout.write(`${line}\n`);
const [cpu] = cpus();
const machine = `${type()} · ${cpus().length} × ${cpu?.model.trim()} · ${Math.round(totalmem() / 2 ** 30)} GiB · Node ${process.version}`;
print(`${machine}\n`);
const rows: string[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const { name: figure, value, unit, target, detail } of await bench()) {
    const met = "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
    const wanted = "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
    print(`${met ? "ok  " : "MISS"}  ${figure}: ${value.toFixed(2)} ${unit} (wanted ${wanted} ${unit})`);
    print(`      ${detail}`);
    rows.push(
      `| ${name} | ${figure} | ${value.toFixed(2)} ${unit} | ${wanted} | ${met ? "yes" : "**no**"} | ${detail.replaceAll("\n", " · ")} |`,
    );
    if (!met) process.exitCode = 1;
  }
}
if (save) writeFileSync(new URL("../docs/speed.md", import.meta.url), page());

function page(): string {
  return `# Speed

Measured by \`npm run bench -- --save\` on ${new Date().toISOString().slice(0, 10)}, on one machine and in one run:
${machine}. Machines differ and are noisy; figures that end in × compare two ways in turns, and say more than the others.

| Bench | Figure | Measured | Wanted | Met | Detail |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}
