import { type Command, InvalidArgumentError, Option } from "commander";
import type { Mode } from "../../mode.ts";
import type { Invocation } from "../arguments.ts";
import type { ExportInvocation } from "./export.ts";

interface ExportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly focus: ExportInvocation["focus"];
  readonly by?: NonNullable<ExportInvocation["by"]>;
  readonly out?: string;
  readonly force?: true;
  readonly includeToday?: true;
  readonly sandbox?: Mode;
  readonly json?: true;
}

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidArgumentError("It is a date, YYYY-MM-DD.");
  return text;
}

/** The command that writes a FOCUS file. */
export function addExportCommand(
  program: Command,
  run: (invocation: Invocation) => Promise<void>,
  sandboxOption: () => Option,
): void {
  program
    .command("export")
    .description("write the spend of a window as a FOCUS file (CSV) and print what the file holds")
    .addOption(
      new Option("--from <day>", "first UTC day, YYYY-MM-DD (default: the last complete month)").argParser(day),
    )
    .addOption(new Option("--to <day>", "last UTC day, inclusive (with --from alone: yesterday)").argParser(day))
    .addOption(new Option("--focus <version>", "version of the specification").choices(["1.2", "1.3"]).default("1.2"))
    .addOption(
      new Option(
        "--by <cut>",
        "what a row stands for besides its day (default: model; with a virtual key its daily totals)",
      ).choices(["model", "agent", "department", "master_key"]),
    )
    .option("--out <file>", "where to write (default: a name that tells the window, in this folder)")
    .option("--force", "replace the file if there is one")
    .option("--include-today", "take in today, which is not over")
    .addOption(sandboxOption())
    .option("--json", "print the summary for machines")
    .action((options: ExportOptions) => {
      const global: { sandbox?: Mode } = program.opts();
      return run({
        command: "export",
        sandbox: options.sandbox ?? global.sandbox ?? null,
        from: options.from ?? null,
        to: options.to ?? null,
        focus: options.focus,
        by: options.by ?? null,
        out: options.out ?? null,
        force: options.force ?? false,
        includeToday: options.includeToday ?? false,
        json: options.json ?? false,
      });
    });
}
