import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import { VIEWS } from "../src/cli/audit-views.ts";
import { wrapText } from "../src/cli/text-width.ts";
import type { Mode } from "../src/mode.ts";
import { STEPS, type Step } from "./demo/steps.ts";

// npm run demo: the built program, driven by a real MCP client over stdio through a cost audit of a simulated workspace.

const launcher = fileURLToPath(new URL("../dist/launcher.cjs", import.meta.url));
const width = Math.min(110, process.stdout.columns ?? 100);
const INDENT = "   ";
const TIME_LIMIT_MS = 60_000;

/** Notes that were shown already: most answers carry the one about today. */
const told = new Set<string>();

const answer = z.object({
  headline: z.string(),
  sandbox: z.literal(true),
  basis: z.object({ notes: z.array(z.object({ text: z.string() })) }),
});
const block = z.object({ type: z.literal("text"), text: z.string() });

function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

function sayIndented(lines: readonly string[]): void {
  for (const line of lines) say(`${INDENT}${line}`.trimEnd());
}

async function walk(mode: Mode): Promise<void> {
  const client = new Client({ name: "alephant-mcp-demo", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [launcher, `--sandbox=${mode}`], stderr: "inherit" }),
  );
  try {
    const { tools } = await client.listTools();
    const { prompts } = await client.listPrompts();
    const server = client.getServerVersion();
    say(`\n== ${mode === "vk" ? "VK mode: one virtual key" : "Manager mode: a whole workspace"} ==`);
    say(
      `${server?.title} ${server?.version}: ${tools.length} tools, prompts ${prompts.map(({ name }) => name).join(", ")}`,
    );
    let number = 0;
    for (let queue = [...STEPS[mode]]; queue.length > 0; ) {
      const [step, ...rest] = queue;
      if (step === undefined) break;
      number += 1;
      const result = await ask(client, step, number);
      queue = step.followUp === undefined ? rest : [step.followUp(result), ...rest];
    }
  } finally {
    await client.close();
  }
}

/** One call, shown as question, call, answer in a sentence, telling rows, and what the answer says about itself. */
async function ask(client: Client, { question, tool, args, view }: Step, number: number): Promise<unknown> {
  say(`\n${number}. ${question}`);
  const started = performance.now();
  const result = await client.callTool({ name: tool, arguments: args });
  const ms = Math.round(performance.now() - started);
  const text = z.array(block).parse(result.content)[0]?.text ?? "";
  say(`${INDENT}> ${tool} ${JSON.stringify(args)}  [${ms} ms, ${(text.length / 1000).toFixed(1)} kB]`);
  if (result.isError === true) throw new Error(`${tool}: ${text}`);
  if (text !== JSON.stringify(result.structuredContent)) throw new Error(`${tool}: text and structure differ`);
  const { headline, basis } = answer.parse(result.structuredContent);
  sayIndented(["", ...wrapText(headline, width - INDENT.length), ""]);
  sayIndented((view ?? VIEWS[tool])?.(result.structuredContent, width - INDENT.length) ?? []);
  const notes = basis.notes
    .map((note) => note.text)
    .filter((note) => ![...told].some((other) => other.startsWith(note)));
  for (const note of notes) told.add(note);
  const lines = notes.flatMap((note) => wrapText(note, width - 2 * INDENT.length));
  if (lines.length > 0) sayIndented(["", "Notes:", ...lines.map((line) => `${INDENT}${line}`)]);
  return result.structuredContent;
}

async function main(): Promise<void> {
  if (!existsSync(launcher)) throw new Error("dist/ is missing; run: npm run build");
  const started = performance.now();
  say("alephant-mcp demo: the built server, a real MCP client over stdio, and a simulated workspace behind HTTP.");
  await walk("manager");
  told.clear();
  await walk("vk");
  say(`\nDone in ${((performance.now() - started) / 1000).toFixed(1)} s. All figures above are simulated.`);
  say(
    "Next: README.md shows how to connect your own assistant; `node dist/launcher.cjs audit --sandbox` prints a report.",
  );
}

const watchdog = setTimeout(() => {
  process.stderr.write(`The demo took longer than ${TIME_LIMIT_MS / 1000} s.\n`);
  process.exit(1);
}, TIME_LIMIT_MS);

main()
  .catch((error: unknown) => {
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => clearTimeout(watchdog));
