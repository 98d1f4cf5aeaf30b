import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../src/sandbox/types.ts";
import { init, install, makePlace, type Place, run, settings } from "./place.ts";
import { brief, type Row } from "./report.ts";

interface Connector {
  readonly title: string;
  readonly package: string;
  readonly command: string;
  readonly id: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** Exit codes say nothing here, so the text is what counts. */
  readonly good: RegExp;
  readonly prepare?: (place: Place) => void;
}

const QUIET = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1", DISABLE_TELEMETRY: "1" };

const CONNECTORS: readonly (Connector & { readonly flags: readonly string[] })[] = [
  {
    title: "Claude Code, own settings",
    package: "@anthropic-ai/claude-code@2.1.328",
    ...{ command: "claude", id: "claude-code", args: ["mcp", "list"], flags: [] },
    env: QUIET,
    good: /alephant: .*✔ Connected/,
  },
  {
    title: "Claude Code, .mcp.json",
    package: "@anthropic-ai/claude-code@2.1.328",
    ...{ command: "claude", id: "claude-code", args: ["mcp", "list"], flags: ["--project"] },
    env: QUIET,
    good: /alephant: .*✔ Connected/,
    prepare: ({ home }) => {
      mkdirSync(join(home, ".claude"), { recursive: true });
      writeFileSync(join(home, ".claude", "settings.json"), '{"enableAllProjectMcpServers":true}');
    },
  },
  {
    title: "OpenCode, own settings",
    package: "opencode-ai@1.18.33",
    ...{ command: "opencode", id: "opencode", args: ["mcp", "list"], flags: [] },
    env: { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" },
    good: /✓\s+alephant\s+connected/,
  },
  {
    title: "OpenCode, opencode.json",
    package: "opencode-ai@1.18.33",
    ...{ command: "opencode", id: "opencode", args: ["mcp", "list"], flags: ["--project"] },
    env: { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" },
    good: /✓\s+alephant\s+connected/,
  },
  {
    title: "Gemini CLI, own settings",
    package: "@google/gemini-cli@0.61.0",
    ...{ command: "gemini", id: "gemini-cli", args: ["mcp", "list"], flags: [] },
    env: { GEMINI_CLI_TRUST_WORKSPACE: "true" },
    good: /✓\s+alephant: .*Connected/,
  },
];

/** Lets each host read what `init` wrote, start the server and list it; the credential comes from the environment. */
export async function testConnecting(sandbox: Sandbox): Promise<Row[]> {
  const rows: Row[] = [];
  for (const connector of CONNECTORS) {
    const place = makePlace({ ...settings(sandbox, "vk"), ...connector.env });
    try {
      await init(place, connector.id, ...connector.flags);
      connector.prepare?.(place);
      const binary = install(connector.package, connector.command);
      const { stdout, stderr } = await run(binary, connector.args, { env: place.env, cwd: place.folder, seconds: 90 });
      const ok = connector.good.test(stdout + stderr);
      rows.push({
        host: connector.title,
        what: connector.args.join(" "),
        found: ok ? "connected" : brief(stdout + stderr),
        ok,
      });
    } catch (error) {
      rows.push({ host: connector.title, what: connector.args.join(" "), found: brief(String(error)), ok: false });
    } finally {
      place.remove();
    }
  }
  return rows;
}
