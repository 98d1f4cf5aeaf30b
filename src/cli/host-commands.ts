import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Mode } from "../mode.ts";
import type { Invocation } from "./arguments.ts";

type Run = (invocation: Invocation) => Promise<void>;

function mode(text: string): Mode {
  if (text !== "vk" && text !== "manager") throw new InvalidArgumentError("It is vk or manager.");
  return text;
}

interface InitOptions {
  readonly mode?: Mode;
  readonly sandbox?: Mode;
  readonly print?: true;
  readonly dryRun?: true;
  readonly undo?: true;
  readonly yes?: true;
  readonly project?: true;
  readonly local?: true;
  readonly credentialFile?: string;
}

/** The commands for setting up, checking and trying out: init, doctor, tools, call. */
export function addHostCommands(program: Command, run: Run, sandboxOption: () => Option): void {
  // `--sandbox` may stand in front of the command, too.
  const sandboxOf = (own: Mode | undefined): Mode | null => {
    const { sandbox }: { sandbox?: Mode } = program.opts();
    return own ?? sandbox ?? null;
  };
  program
    .command("init")
    .argument("[host]", "cursor, claude-code, codex …; without it, every host that is found")
    .description("set this server up in a host: shows the change, asks, keeps a backup")
    .addOption(new Option("--mode <mode>", "vk or manager (default: as the environment suggests)").argParser(mode))
    .addOption(sandboxOption())
    .addOption(new Option("--print", "print the entry and change nothing").conflicts(["dryRun", "undo"]))
    .addOption(new Option("--dry-run", "show the change and make none").conflicts("undo"))
    .option("--undo", "take the last change back, if nothing was changed since")
    .option("--yes", "do not ask")
    .option("--project", "write the settings of this folder instead of your own")
    .option("--local", "start this installation instead of npx")
    .option("--credential-file <path>", "let the server read the credential from this file")
    .action((host: string | undefined, options: InitOptions) =>
      run({
        command: "init",
        host: host ?? null,
        mode: options.mode ?? null,
        sandbox: sandboxOf(options.sandbox),
        action: options.undo ? "undo" : options.print ? "print" : options.dryRun ? "dry-run" : "write",
        yes: options.yes ?? false,
        project: options.project ?? false,
        local: options.local ?? false,
        credentialFile: options.credentialFile === undefined ? null : resolve(options.credentialFile),
      }),
    );
  program
    .command("doctor")
    .description("check settings, hosts, connection and credential, and say what to do")
    .option("--json", "for machines instead of people")
    .action((options: { json?: true }) => run({ command: "doctor", json: options.json ?? false }));
  program
    .command("tools")
    .description("print the tools of a mode")
    .addOption(new Option("--mode <mode>", "vk or manager (default: as the credentials select)").argParser(mode))
    .option("--json", "as the answer to tools/list")
    .action((options: { mode?: Mode; json?: true }) =>
      run({ command: "tools", mode: sandboxOf(options.mode), json: options.json ?? false }),
    );
  program
    .command("call")
    .argument("<tool>", "its name, as in: alephant-mcp tools")
    .description("run one tool once and print its result as JSON")
    .option("--json <object>", "its arguments", "{}")
    .addOption(sandboxOption())
    .action((tool: string, options: { json: string; sandbox?: Mode }) =>
      run({ command: "call", tool, json: options.json, sandbox: sandboxOf(options.sandbox) }),
    );
}
