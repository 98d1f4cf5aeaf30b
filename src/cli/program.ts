import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { OPTIONS } from "../config.ts";
import type { Mode } from "../mode.ts";
import { EXIT, type Invocation } from "./arguments.ts";
import { addExportCommand } from "./export/command.ts";
import { addHostCommands } from "./host-commands.ts";

const SANDBOX = "use the embedded simulator instead of the real service; vk or manager (default manager)";

function mode(text: string): Mode {
  if (text !== "vk" && text !== "manager") throw new InvalidArgumentError("It is vk or manager.");
  return text;
}

function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

function percent(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > 1_000) throw new InvalidArgumentError("It is a number from 0 to 1000.");
  return value;
}

const sandboxOption = () => new Option("--sandbox [mode]", SANDBOX).preset("manager").argParser(mode);

const settings = Object.values(OPTIONS)
  .map(({ name, description, ...rest }) => {
    const fallback = "default" in rest ? ` Default ${rest.default}.` : "";
    return `  ${name}\n      ${description}${fallback}`;
  })
  .join("\n");

const AFTER_HELP = `
Environment:
${settings}
  Credentials may also come from a file: ALEPHANT_VIRTUAL_KEY_FILE, ALEPHANT_PAT_FILE (mode 600).

Exit codes: 0 ok, 1 runtime error, 2 wrong usage or configuration, 3 budget use over --fail-over-pct.`;

/**
 * The command line. Credentials are never options: an argument is visible to every process of the machine.
 * @param run called with what was asked for
 */
function createProgram(version: string, run: (invocation: Invocation) => Promise<void>): Command {
  const program = new Command("alephant-mcp");
  program
    .description(
      "MCP server for Alephant: LLM spend, budgets and virtual keys. Without a command it serves MCP on stdio.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addOption(sandboxOption())
    .addHelpText("after", AFTER_HELP)
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .action((options: { sandbox?: Mode }) => run({ command: "serve", sandbox: options.sandbox ?? null }));
  program
    .command("audit")
    .description("print one report of spend and budget, then exit")
    .addOption(sandboxOption())
    .option("--json", "for machines instead of people")
    .addOption(new Option("--fail-over-pct <number>", "exit 3 when budget use is over this").argParser(percent))
    .action((options: { sandbox?: Mode; json?: true; failOverPct?: number }, command: Command) => {
      const global: { sandbox?: Mode } = command.parent?.opts() ?? {};
      return run({
        command: "audit",
        sandbox: options.sandbox ?? global.sandbox ?? null,
        json: options.json ?? false,
        failOverPct: options.failOverPct ?? null,
      });
    });
  addExportCommand(program, run, sandboxOption);
  program
    .command("log")
    .description("print the record of changes that were planned, confirmed and made, the newest first, then exit")
    .option("--sandbox", "the record of simulated changes")
    .option("--json", "for machines instead of people")
    .addOption(new Option("--limit <number>", "most changes to print").argParser(wholeNumber(1, 1_000_000)).default(20))
    .action((options: { sandbox?: true; json?: true; limit: number }, command: Command) => {
      const global: { sandbox?: Mode } = command.parent?.opts() ?? {};
      return run({
        command: "log",
        sandbox: (options.sandbox ?? global.sandbox) !== undefined,
        json: options.json ?? false,
        limit: options.limit,
      });
    });
  program
    .command("sandbox")
    .description("serve the simulator over HTTP on this machine's loopback, for trying things out")
    .addOption(new Option("--port <number>", "port; 0 takes a free one").argParser(wholeNumber(0, 65_535)).default(0))
    .addOption(
      new Option("--seed <number>", "another seed makes another workspace")
        .argParser(wholeNumber(0, 4_294_967_295))
        .default(1),
    )
    .action((options: { port: number; seed: number }) =>
      run({ command: "sandbox", port: options.port, seed: options.seed }),
    );
  addHostCommands(program, run, sandboxOption);
  return program;
}

/** @returns the exit code of what ran; 0 after help and version, 2 after a line that could not be understood */
export async function parseCommandLine(
  args: readonly string[],
  version: string,
  run: (invocation: Invocation) => Promise<number>,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = createProgram(version, async (invocation) => {
    exitCode = await run(invocation);
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      throw error;
    });
  }
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}
