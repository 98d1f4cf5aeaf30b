import { EXIT, findCredentialArgument, type Invocation, normaliseArguments } from "./cli/arguments.ts";
import type { Host } from "./cli/host.ts";
import { ConfigError } from "./mode.ts";
import { readVersion } from "./version.ts";

// The only file that touches process.argv, process.env and the exit code; everything else is handed what it needs.

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** @returns the exit code, unless something ends the process later with another */
async function run(invocation: Invocation): Promise<number> {
  const host: Host = {
    env: process.env,
    target: process,
    say,
    forget: (name) => {
      delete process.env[name];
    },
    version: readVersion(),
    userId: process.geteuid?.() ?? null,
  };
  switch (invocation.command) {
    case "serve":
      return (await import("./cli/serve.ts")).runServe(invocation, host);
    case "audit":
      return (await import("./cli/audit.ts")).runAudit(invocation, host);
    case "export":
      return (await import("./cli/export/export.ts")).runExport(invocation, host);
    case "log":
      return (await import("./cli/log.ts")).runLog(invocation, host);
    case "sandbox":
      return (await import("./cli/sandbox.ts")).runSandbox(invocation, host);
    case "init":
      return (await import("./cli/init/init.ts")).runInit(invocation, host);
    case "doctor":
      return (await import("./cli/doctor/doctor.ts")).runDoctor(invocation, host);
    case "tools":
      return (await import("./cli/tools.ts")).runTools(invocation, host);
    case "call":
      return (await import("./cli/call.ts")).runCall(invocation, host);
  }
}

async function main(args: readonly string[]): Promise<number> {
  // A crash report would hold the whole environment.
  if (process.report) process.report.reportOnFatalError = false;
  const leaked = findCredentialArgument(args);
  if (leaked !== null) {
    say(
      "A credential was given as an argument: it was visible to every process of this machine, so consider it exposed.",
    );
    say(`Give it in the environment variable ${leaked.variable}, or in a file named by its _FILE variant.`);
    return EXIT.usage;
  }
  if (args.length === 0) return run({ command: "serve", sandbox: null });
  const { parseCommandLine } = await import("./cli/program.ts");
  return parseCommandLine(normaliseArguments(args), readVersion(), run);
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    say(`alephant-mcp: ${error.message}`);
    return EXIT.usage;
  }
  say(`alephant-mcp error: unexpected ${error instanceof Error ? error.name : typeof error}`);
  return EXIT.runtime;
}

main(process.argv.slice(2))
  .catch(explain)
  .then((code) => {
    process.exitCode = code;
  });
