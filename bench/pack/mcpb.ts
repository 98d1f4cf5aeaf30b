import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

// npm run pack:mcpb: validates manifest.json, packs alephant-mcp.mcpb, and starts the server out of the bundle.

const MCPB = "@anthropic-ai/mcpb@2.1.2";
const BUNDLE = "alephant-mcp.mcpb";

function mcpb(...args: string[]): void {
  execFileSync("npx", ["-y", MCPB, ...args], { stdio: ["ignore", "inherit", "inherit"] });
}

/** What an installer does: unpack, fill in the settings, start. */
async function startFrom(folder: string): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const { args } = manifest.server.mcp_config;
  const client = new Client({ name: "pack", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: args.map((word: string) => word.replaceAll("${__dirname}", folder)),
      env: {
        PATH: process.env.PATH ?? "",
        ALEPHANT_API_BASE_URL: manifest.user_config.base_url.default,
        ALEPHANT_VIRTUAL_KEY: "vk-agent-0123456789abcdef",
        ALEPHANT_PAT: manifest.user_config.pat.default,
        ALEPHANT_WORKSPACE_ID: manifest.user_config.workspace_id.default,
      },
      stderr: "inherit",
    }),
  );
  const [{ tools }, { prompts }] = [await client.listTools(), await client.listPrompts()];
  const version = client.getServerVersion()?.version;
  await client.close();
  return `version ${version}, ${tools.length} tools and ${prompts.length} prompt(s)`;
}

const work = mkdtempSync(join(tmpdir(), "alephant-mcpb-"));
try {
  const [staged, unpacked] = [join(work, "staged"), join(work, "unpacked")];
  for (const file of [
    "manifest.json",
    "package.json",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "policy.schema.json",
    "dist",
  ]) {
    cpSync(file, join(staged, file), { recursive: true });
  }
  mcpb("validate", join(staged, "manifest.json"));
  mcpb("pack", staged, BUNDLE);
  mcpb("unpack", BUNDLE, unpacked);
  console.log(
    `${BUNDLE}: ${(statSync(BUNDLE).size / 1e6).toFixed(2)} MB; started from the bundle: ${await startFrom(unpacked)}.`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
