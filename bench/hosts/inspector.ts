import type { Mode } from "../../src/mode.ts";
import type { Sandbox } from "../../src/sandbox/types.ts";
import { install, LAUNCHER, makePlace, type Ran, run, settings } from "./place.ts";
import { brief, type Row } from "./report.ts";

const PACKAGE = "@modelcontextprotocol/inspector@2.12.0";

/** Exit codes of the inspector: 0 good, 5 the tool answered with an error. */
export async function testInspector(sandbox: Sandbox): Promise<Row[]> {
  const rows: Row[] = [];
  for (const mode of ["vk", "manager"] as const) {
    const inspect = await inspector(sandbox, mode);
    const check = async (what: string, args: readonly string[], code: number, find: (ran: Ran) => string | null) => {
      const ran = await inspect(...args);
      const found = find(ran);
      const ok = ran.code === code && found !== null;
      rows.push({
        host: `Inspector, ${mode}`,
        what,
        found: ok ? found : brief(`exit ${ran.code} ${ran.stdout} ${ran.stderr}`),
        ok,
      });
    };
    await check(
      "initialize",
      ["--method", "initialize"],
      0,
      ({ stdout }) => /"version":\s*"[\d.]+"/.exec(stdout)?.[0] ?? null,
    );
    await check("tools/list --strict", ["--method", "tools/list", "--strict"], 0, ({ stdout, stderr }) =>
      stderr.includes("Warning:") ? null : `${stdout.match(/"inputSchema"/g)?.length ?? 0} tools, no finding`,
    );
    await check(
      "prompts/list",
      ["--method", "prompts/list"],
      0,
      ({ stdout }) => `${stdout.match(/"title"/g)?.length ?? 0} prompts`,
    );
    await check(
      "tools/call",
      ["--method", "tools/call", "--tool-name", "get_usage_summary", "--tool-args-json", '{"period":"7d"}'],
      0,
      ({ stdout }) => (stdout.includes("structuredContent") ? "text and structure, valid for the schema" : null),
    );
    await check(
      "a wrong argument",
      ["--method", "tools/call", "--tool-name", "get_usage_summary", "--tool-args-json", '{"x":1}'],
      5,
      ({ stderr, stdout }) => (`${stdout}${stderr}`.includes("INVALID_ARGUMENT") ? "isError with a text" : null),
    );
  }
  return rows;
}

async function inspector(sandbox: Sandbox, mode: Mode): Promise<(...args: readonly string[]) => Promise<Ran>> {
  const binary = install(PACKAGE, "mcp-inspector");
  // It passes on no variables of its own accord.
  const variables = Object.entries(settings(sandbox, mode)).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  return async (...args) => {
    const place = makePlace();
    try {
      const words = ["--cli", ...variables, process.execPath, LAUNCHER, ...args, "--format", "json", "-q"];
      return await run(binary, words, { env: place.env, cwd: place.folder });
    } finally {
      place.remove();
    }
  };
}
