#!/usr/bin/env node
/** The program `sluice`: reads the command line and the settings, then runs one command. */
import { type CommandLine, help, readCommandLine, UsageError } from "./cli/arguments.ts";
import { version } from "./product.ts";
import { loadSettings, SettingsError } from "./settings/load.ts";

/** Wrong words on the command line or in the settings. */
const usageExitCode = 2;

const print = (text: string) => void process.stdout.write(text);

async function run(line: CommandLine): Promise<number | undefined> {
  switch (line.command) {
    case "help":
      print(help);
      return 0;
    case "version":
      print(`${version()}\n`);
      return 0;
    case "start": {
      const { runStart } = await import("./cli/start.ts");
      await runStart(read(line));
      return undefined;
    }
    case "validate": {
      const { runValidate } = await import("./cli/validate.ts");
      return runValidate(line.names, read(line).settings, line.isJson, print);
    }
    case "explain": {
      const { runExplain } = await import("./cli/explain.ts");
      return runExplain(line.names[0], read(line).settings, line.isJson, print);
    }
    case "import": {
      const { runImport } = await import("./cli/import.ts");
      return runImport(line, read(line).settings, print);
    }
    case "deploy": {
      const { runDeploy } = await import("./cli/deploy.ts");
      return runDeploy(line, process.env, print);
    }
    case "backup": {
      const { runBackup } = await import("./cli/backup.ts");
      return runBackup(line, read(line), process.env, print);
    }
    case "restore": {
      const { runRestore } = await import("./cli/restore.ts");
      return runRestore(line.names[0] ?? "", line.keyFile, read(line).settings, print);
    }
    case "audit": {
      const { runAuditVerify } = await import("./cli/offline.ts");
      return runAuditVerify(read(line).settings, line.isJson, print);
    }
    case "secrets": {
      const { runRotateKey } = await import("./cli/offline.ts");
      return runRotateKey(read(line).settings, print);
    }
    case "accounts": {
      const { runResetAccounts } = await import("./cli/offline.ts");
      return runResetAccounts(read(line).settings, print);
    }
    case "test": {
      const { runTests } = await import("./cli/test.ts");
      return runTests(line.names, read(line).settings, line.junitFile, print);
    }
    case "isp-check": {
      const { runIspCheck } = await import("./cli/isp-check.ts");
      return runIspCheck(line, print);
    }
    case "simulate": {
      const { runSimulate } = await import("./cli/simulate.ts");
      return line.simulation && runSimulate(line.simulation, print);
    }
  }
}

function read({ configFile, assignments }: CommandLine) {
  return loadSettings({
    workingDir: process.cwd(),
    configFile: configFile ?? process.env["SLUICE_CONFIG"],
    environment: process.env,
    assignments,
  });
}

try {
  const exitCode = await run(readCommandLine(process.argv.slice(2)));
  if (exitCode !== undefined) process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  if (error instanceof UsageError) process.stderr.write('"sluice help" shows what can be said.\n');
  process.exitCode = usageExitCode;
}
