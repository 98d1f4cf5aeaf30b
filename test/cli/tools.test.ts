import { describe, expect, it } from "vitest";
import { runTools } from "../../src/cli/tools.ts";
import type { Environment } from "../../src/config.ts";
import { ConfigError, type Mode } from "../../src/mode.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { fakeHost } from "./cli-host.ts";

async function tools(
  mode: Mode | null,
  { json = false, env = {}, columns = 100 }: { json?: boolean; env?: Environment; columns?: number } = {},
) {
  const { host, output, out } = fakeHost(env, columns);
  const code = await runTools({ command: "tools", mode, json }, host, output);
  return { code, out: out.join("") };
}

describe.each(["vk", "manager"] as const)("%s mode", (mode) => {
  const names = TOOLS.filter((tool) => tool.modes.includes(mode)).map(({ name }) => name);

  it("lists every tool, without a credential, within the terminal", async () => {
    for (const columns of [60, 80, 200]) {
      const { code, out } = await tools(mode, { columns });
      expect(code).toBe(0);
      const lines = out.split("\n");
      expect(lines.slice(2, 2 + names.length).map((line) => line.split(" ")[0])).toEqual(names);
      expect(Math.max(...lines.slice(0, 2 + names.length).map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  it("--json is what tools/list answers", async () => {
    const { out } = await tools(mode, { json: true });
    const listed: { tools: { name: string; inputSchema: { type: string } }[] } = JSON.parse(out);
    expect(listed.tools.map(({ name }) => name)).toEqual(names);
    expect(listed.tools.every(({ inputSchema }) => inputSchema.type === "object")).toBe(true);
  });
});

it("tells which parameters are optional", async () => {
  const { out } = await tools("manager", { columns: 200 });
  expect(out).toMatch(/^drill_down_spend +reads +dimension entity_id\? period\?/m);
});

it("follows the environment: mode, read-only, and no credential at all", async () => {
  const env = { ALEPHANT_API_BASE_URL: "https://x.example", ALEPHANT_VIRTUAL_KEY: "vk-agent-0123456789abcdef" };
  expect((await tools(null, { env })).out).toContain("VK mode: 8 tools, 0 of which change something.");
  expect((await tools("manager", { env: { ALEPHANT_READ_ONLY: "1" } })).out).toContain(
    ", 0 of which change something.",
  );
  const narrowed = await tools("manager", { env: { ALEPHANT_TOOLSETS: "keys", ALEPHANT_READ_ONLY: "1" } });
  expect(narrowed.out).toContain("Manager mode: 1 tools, 0 of which change something.");
  const { out } = await tools("vk", { json: true, env: { ALEPHANT_TOOLSETS: "policy" } });
  expect(JSON.parse(out).tools.map(({ name }: { name: string }) => name)).toEqual(["get_my_budget"]);
  await expect(tools(null)).rejects.toThrow(ConfigError);
});
