import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/serve.ts";
import { BINARY, Binary } from "../binary.ts";

const PAT = "pat_ws000000_c01SECRETc01SECRETc01SECRET";
const WORKSPACE = { ALEPHANT_WORKSPACE_ID: "550e8400-e29b-41d4-a716-446655440000" };
const hasOwners = process.geteuid !== undefined;

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  expect(existsSync(BINARY), "run npm run build first").toBe(true);
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "alephant-mcp-c01-"));
  sandbox.reset();
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = () => ({ ALEPHANT_API_BASE_URL: sandbox.url, ...WORKSPACE, HOME: folder });

/** Ends with exit code 2 before anything is read, sent or written, and without saying the value. */
async function expectRefused(binary: Binary): Promise<string> {
  expect(await binary.exited()).toBe(2);
  expect(binary.stdout).toEqual([]);
  expect(sandbox.hits()).toEqual([]);
  const text = binary.stderr.join("\n");
  expect(text).not.toContain("SECRET");
  return text;
}

describe("C1 a credential on the command line", () => {
  const KEY = "vk-agent-c01SECRETc01SECRET";
  const ROWS: readonly (readonly [string[], string])[] = [
    [["--token", PAT], "ALEPHANT_PAT"],
    [[`--token=${PAT}`], "ALEPHANT_PAT"],
    [["--api-key=c01SECRET"], "ALEPHANT_PAT or ALEPHANT_VIRTUAL_KEY"],
    [["--api-key", "c01SECRET"], "ALEPHANT_PAT or ALEPHANT_VIRTUAL_KEY"],
    [[PAT], "ALEPHANT_PAT"],
    [[KEY], "ALEPHANT_VIRTUAL_KEY"],
    [["audit", KEY], "ALEPHANT_VIRTUAL_KEY"],
    [["log", `--pat=${PAT}`], "ALEPHANT_PAT"],
    [["--sandbox", KEY], "ALEPHANT_VIRTUAL_KEY"],
    [[`ALEPHANT_PAT=${PAT}`], "ALEPHANT_PAT"],
  ];
  it.each(ROWS)("%j is refused; %s is named instead", async (args, variable) => {
    const text = await expectRefused(new Binary(args, { ...environment(), ALEPHANT_PAT: PAT }));
    expect(text).toContain("visible to every process");
    expect(text).toContain(variable);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("C1 a credential from a file", () => {
  function file(name: string, mode: number, content = PAT): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  it("of the user's own that nobody else may read is taken", async () => {
    const { pats, workspaceId } = sandbox.credentials;
    const path = file("pat", 0o600, `${pats.admin}\n`);
    const binary = new Binary(["audit", "--json"], {
      ...environment(),
      ALEPHANT_WORKSPACE_ID: workspaceId,
      ALEPHANT_PAT_FILE: path,
    });
    expect(await binary.exited()).toBe(0);
    expect(JSON.parse(binary.stdout.join("\n"))).toMatchObject({ mode: "manager" });
    expect([...binary.stdout, ...binary.stderr].join("\n")).not.toContain(pats.admin);
  });

  const rows: ReadonlyArray<[what: string, make: () => string, reason: string]> = [
    ["is missing", () => join(folder, "none"), "cannot be opened"],
    ["is too long", () => file("long", 0o600, `${PAT}${"x".repeat(4_097)}`), "more than 4096 bytes"],
    ["is a folder", () => mkdtempSync(join(folder, "dir-")), "not name a regular file"],
  ];
  const rowsWithOwners: typeof rows = [
    ["the group may read", () => file("group", 0o640), "other users may read"],
    ["others may read", () => file("others", 0o604), "other users may read"],
    ["others may write", () => file("write", 0o602), "other users may read"],
    ["is a symbolic link", () => link(file("target", 0o600)), "symbolic link"],
    ["is a device", () => "/dev/null", "not name a regular file"],
  ];
  function link(target: string): string {
    symlinkSync(target, join(folder, "link"));
    return join(folder, "link");
  }

  it.each([...rows, ...(hasOwners ? rowsWithOwners : [])])("that %s is refused", async (_what, make, reason) => {
    const text = await expectRefused(new Binary([], { ...environment(), ALEPHANT_PAT_FILE: make() }));
    expect(text).toContain("ALEPHANT_PAT_FILE ");
    expect(text).toContain(reason);
  });

  it.runIf(process.geteuid?.() === 0)("that belongs to somebody else is refused", async () => {
    const path = file("foreign", 0o600);
    chownSync(path, 12_345, 12_345);
    const text = await expectRefused(new Binary([], { ...environment(), ALEPHANT_PAT_FILE: path }));
    expect(text).toContain("belongs to another user");
  });

  it("beside the variable itself is refused", async () => {
    const env = { ...environment(), ALEPHANT_PAT: PAT, ALEPHANT_PAT_FILE: file("pat", 0o600) };
    expect(await expectRefused(new Binary([], env))).toContain("ALEPHANT_PAT_FILE and ALEPHANT_PAT are both set");
  });
});

describe("C1 after reading", () => {
  it.each([
    ["the server", []],
    ["the simulated server", ["--sandbox"]],
  ])("%s has no credential in its environment, and no crash report would hold one", async (_what, args) => {
    const leftovers = fileURLToPath(new URL("./leftovers.mjs", import.meta.url));
    const binary = new Binary(args, {
      ...environment(),
      ALEPHANT_PAT: PAT,
      ALEPHANT_VIRTUAL_KEY: "vk-agent-c01SECRETc01SECRET",
      NODE_OPTIONS: `--import=${leftovers} --report-on-fatalerror`,
    });
    expect(await binary.endInput()).toBe(0);
    const left = binary.stderr.map((line): unknown => (line.startsWith("{") ? JSON.parse(line) : null)).find(Boolean);
    expect(left).toEqual({ reportOnFatalError: false, names: ["ALEPHANT_API_BASE_URL", "ALEPHANT_WORKSPACE_ID"] });
  });
});
