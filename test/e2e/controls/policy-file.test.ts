import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/serve.ts";
import { BINARY } from "../binary.ts";
import { call, change, connect, type Server } from "./token-client.ts";

/** The example of the README, so that it does what it says there. */
const example = /```jsonc\n([\s\S]*?)```/.exec(
  readFileSync(new URL("../../../README.md", import.meta.url), "utf8"),
)?.[1];

let sandbox: Sandbox;
let home: string;
let server: Server;
beforeAll(async () => {
  expect(existsSync(BINARY), "run npm run build first").toBe(true);
  sandbox = await startSandbox();
  home = mkdtempSync(join(tmpdir(), "alephant-mcp-policy-"));
  const path = join(home, "policy.json");
  writeFileSync(path, example ?? "");
  server = await connect({ sandbox, home, env: { ALEPHANT_POLICY_FILE: path } });
});
afterEach(() => sandbox.reset());
afterAll(async () => {
  await server.client.close();
  await sandbox.close();
  rmSync(home, { recursive: true });
});

const writes = () => sandbox.hits().filter(({ method }) => method !== "GET");
const newKey = (label: string, budget: number) => ({
  ...{ label, budget_usd: budget, rate_limit_rpm: 10 },
  master_key_id: sandbox.dataset.ids("masterKeys")[0],
});
const events = () =>
  readFileSync(join(home, ".local/state/alephant-mcp/audit.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): { event: string; code?: string } => JSON.parse(line));

describe("ALEPHANT_POLICY_FILE", () => {
  it.each([
    [5_000.01, "ESCALATED", "finance@example.com"],
    [5_000, "CONFIRMATION_UNAVAILABLE", "rule"],
    [500.01, "CONFIRMATION_UNAVAILABLE", "rule"],
  ])("a key with a budget of $%s: %s, and nothing is sent", async (budget, code, word) => {
    const { text } = await change(server, "create_virtual_key", newKey("policy test", budget));
    expect(text).toMatch(new RegExp(`^\\[${code}\\] .*Nothing was changed\\.`));
    expect(text).toContain(word);
    expect(writes()).toEqual([]);
    expect(events().at(-1)).toMatchObject({ event: "denied", code });
  });

  it("denies to revoke a production key, and lets another one go to its confirmation", async () => {
    const made = await change(server, "create_virtual_key", newKey("prod-checkout", 5));
    expect(made.value.status).toBe("applied");
    const { id } = { id: "", ...(typeof made.value.after === "object" ? made.value.after : {}) };
    const { text } = await call(server, "revoke_virtual_key", { key_id: id });
    expect(text).toMatch(/^\[POLICY_DENIED\] .*Production keys are revoked by hand.*Nothing was changed\./);
    expect(writes()).toHaveLength(1);
    const other = await change(server, "revoke_virtual_key", { key_id: sandbox.credentials.keyIds.member });
    expect(other.value.status).toBe("applied");
  });
});
