import { afterEach, describe, expect, it, vi } from "vitest";
import type { Invocation } from "../../src/cli/arguments.ts";
import { parseCommandLine } from "../../src/cli/program.ts";
import { OPTIONS } from "../../src/config.ts";

async function parse(args: readonly string[], exitCode = 0) {
  const runs: Invocation[] = [];
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const code = await parseCommandLine(args, "1.2.3", async (invocation) => {
    runs.push(invocation);
    return exitCode;
  });
  const text = (spy: typeof out) => spy.mock.calls.map(([chunk]) => String(chunk)).join("");
  return { code, runs, stdout: text(out), stderr: text(err) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

const EXPORT = {
  command: "export",
  sandbox: null,
  from: null,
  to: null,
  focus: "1.2",
  by: null,
  out: null,
  force: false,
  includeToday: false,
  json: false,
} as const;

describe("parseCommandLine", () => {
  const understood: ReadonlyArray<[string[], Invocation]> = [
    [[], { command: "serve", sandbox: null }],
    [["--sandbox"], { command: "serve", sandbox: "manager" }],
    [["--sandbox=vk"], { command: "serve", sandbox: "vk" }],
    [["--sandbox", "manager"], { command: "serve", sandbox: "manager" }],
    [["audit"], { command: "audit", sandbox: null, json: false, failOverPct: null }],
    [["audit", "--sandbox=vk", "--json"], { command: "audit", sandbox: "vk", json: true, failOverPct: null }],
    [["--sandbox=vk", "audit"], { command: "audit", sandbox: "vk", json: false, failOverPct: null }],
    [["audit", "--fail-over-pct", "80.5"], { command: "audit", sandbox: null, json: false, failOverPct: 80.5 }],
    [["audit", "--fail-over-pct=0"], { command: "audit", sandbox: null, json: false, failOverPct: 0 }],
    [["export"], EXPORT],
    [["export", "--sandbox", "--json", "--force"], { ...EXPORT, sandbox: "manager", json: true, force: true }],
    [["--sandbox=vk", "export"], { ...EXPORT, sandbox: "vk" }],
    [
      ["export", "--from", "2026-10-01", "--to=2026-10-31", "--focus", "1.3", "--by", "master_key", "--out", "a.csv"],
      { ...EXPORT, from: "2026-10-01", to: "2026-10-31", focus: "1.3", by: "master_key", out: "a.csv" },
    ],
    [["export", "--include-today"], { ...EXPORT, includeToday: true }],
    [["sandbox"], { command: "sandbox", port: 0, seed: 1 }],
    [["sandbox", "--port", "8080", "--seed", "7"], { command: "sandbox", port: 8080, seed: 7 }],
  ];

  it.each(understood)("%j", async (args, invocation) => {
    const { code, runs, stdout, stderr } = await parse(args);
    expect({ code, runs, stdout, stderr }).toEqual({ code: 0, runs: [invocation], stdout: "", stderr: "" });
  });

  it("hands on the exit code of what ran", async () => {
    expect((await parse(["audit"], 3)).code).toBe(3);
  });

  it.each([
    [["--sandbx"], "--sandbox"],
    [["audit", "--jsn"], "--json"],
    [["audit", "--fail-over-pct", "-5"], "--fail-over-pct"],
    [["audit", "--fail-over-pct", "many"], "It is a number from 0 to 1000."],
    [["audit", "--fail-over-pct"], "argument missing"],
    [["--sandbox=both"], "It is vk or manager."],
    [["sandbox", "--port", "70000"], "It is a whole number from 0 to 65535."],
    [["export", "--from", "yesterday"], "It is a date, YYYY-MM-DD."],
    [["export", "--focus", "1.4"], "Allowed choices are 1.2, 1.3."],
    [["export", "--by", "member"], "Allowed choices are model, agent, department, master_key."],
    [["audti"], "too many arguments"],
    [["audit", "extra"], "too many arguments"],
  ])("%j is refused with exit code 2: %s", async (args, hint) => {
    const { code, runs, stdout, stderr } = await parse(args);
    expect({ code, runs, stdout }).toEqual({ code: 2, runs: [], stdout: "" });
    expect(stderr).toContain(hint);
  });

  it.each(["--version", "-V"])("%s prints the version", async (flag) => {
    const { code, stdout } = await parse([flag]);
    expect([code, stdout.trim()]).toEqual([0, "1.2.3"]);
  });

  it("--help names every setting, command and exit code", async () => {
    const { code, stdout, runs } = await parse(["--help"]);
    expect([code, runs]).toEqual([0, []]);
    for (const name of [...Object.keys(OPTIONS), "audit", "export", "sandbox", "Exit codes"])
      expect(stdout).toContain(name);
  });
});
