import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { ToolError } from "../../src/tool/errors.ts";
import { Tokens } from "../../src/tool/tokens.ts";
import type { Harness, HarnessOptions } from "../harness/client.ts";
import { connectTo, writesOf } from "../harness/fresh.ts";
import { manualClock } from "../harness/manual-clock.ts";
import { NOON } from "../harness/sandbox.ts";
import { WRITE_TOOLS, type WriteTool, writeCase } from "../harness/writes.ts";

let sandbox: Sandbox;
const open: Harness[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOON });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((harness) => harness.close()));
  sandbox.reset();
});
afterAll(() => sandbox.close());

async function connected(more: Partial<HarnessOptions> = {}): Promise<Harness> {
  const harness = await connectTo(sandbox, more);
  open.push(harness);
  return harness;
}

/** Plans a change, and gives the call that confirms it. */
async function planned(harness: Harness, tool: WriteTool, args = writeCase(sandbox, tool).args) {
  const { value } = await harness.call(tool, args);
  const token: string = value.confirmation.token;
  return {
    token,
    confirm: (more: Record<string, unknown> = {}) =>
      harness.call(tool, { ...args, ...more, confirmation_token: token }),
  };
}

describe("C12 one token, one change", () => {
  it.each(WRITE_TOOLS)(
    "C12 %s: without a token a plan, with it exactly one change, with it again none",
    async (tool) => {
      const harness = await connected();
      const { confirm } = await planned(harness, tool);
      expect(writesOf(sandbox)).toEqual([]);
      expect((await confirm()).value.status).toBe("applied");
      expect((await confirm()).text).toMatch(/^\[CONFIRMATION_USED\] .*Nothing was changed\./);
      expect(writesOf(sandbox)).toHaveLength(1);
    },
  );

  it.each(WRITE_TOOLS)("C12 %s: 20 parallel uses → 1 write", async (tool) => {
    const harness = await connected();
    const { confirm } = await planned(harness, tool);
    const answers = await Promise.all(Array.from({ length: 20 }, () => confirm()));
    expect(answers.filter(({ value }) => value?.status === "applied")).toHaveLength(1);
    expect(answers.filter(({ text }) => text.startsWith("[CONFIRMATION_USED]"))).toHaveLength(19);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it.each(WRITE_TOOLS)("C12 %s: two plans of the same change, both confirmed at once → 1 write", async (tool) => {
    const harness = await connected();
    const plans = [await planned(harness, tool), await planned(harness, tool)];
    const answers = await Promise.all(plans.map(({ confirm }) => confirm()));
    expect(answers.map(({ value, text }) => value?.status ?? text.split(" ")[0]).sort()).toEqual([
      "[TARGET_CHANGED]",
      "applied",
    ]);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it("C12 a token whose change failed is spent all the same", async () => {
    const harness = await connected();
    const { confirm } = await planned(harness, "update_key_budget");
    sandbox.setFault({ kind: "403", path: "/api/v1/virtual-keys", method: "GET" });
    expect((await confirm()).text).toMatch(/^\[FORBIDDEN\] .*Nothing was changed\./);
    sandbox.clearFaults();
    expect((await confirm()).text).toMatch(/^\[CONFIRMATION_USED\]/);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it.each(WRITE_TOOLS)("C12 %s: a target that moved spends the token", async (tool) => {
    const harness = await connected();
    const { confirm } = await planned(harness, tool);
    await writeCase(sandbox, tool).move();
    expect((await confirm()).text).toMatch(/^\[TARGET_CHANGED\]/);
    expect((await confirm()).text).toMatch(/^\[CONFIRMATION_USED\]/);
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("C12 bound to what was planned", () => {
  it.each(WRITE_TOOLS)("C12 %s: another argument → CONFIRMATION_MISMATCH, and the token is spent", async (tool) => {
    const harness = await connected();
    const { confirm } = await planned(harness, tool);
    sandbox.resetHits();
    const { text } = await confirm(writeCase(sandbox, tool).otherArgs);
    expect(text).toMatch(/^\[CONFIRMATION_MISMATCH\] .*Nothing was changed\./);
    expect(sandbox.hits()).toEqual([]);
    expect((await confirm()).text).toMatch(/^\[CONFIRMATION_USED\]/);
  });

  it.each(WRITE_TOOLS)("C12 %s: another tool → CONFIRMATION_MISMATCH", async (tool) => {
    const harness = await connected();
    const { token } = await planned(harness, tool);
    for (const other of WRITE_TOOLS.filter((name) => name !== tool).slice(0, 1)) {
      const { text } = await harness.call(other, { ...writeCase(sandbox, other).args, confirmation_token: token });
      expect(text).toMatch(/^\[CONFIRMATION_MISMATCH\]/);
    }
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("C12 the order of keys, 1.0 for 1, and an accent in two parts make no difference", async () => {
    const harness = await connected();
    const { args } = writeCase(sandbox, "create_virtual_key");
    const { token } = await planned(harness, "create_virtual_key", { ...args, label: "Caf\u00e9", budget_usd: 1 });
    const reordered = Object.fromEntries(Object.entries(args).reverse());
    const { value } = await harness.call("create_virtual_key", {
      confirmation_token: token,
      ...reordered,
      label: " Cafe\u0301 ",
      budget_usd: JSON.parse("1.0"),
    });
    expect(value.status).toBe("applied");
  });

  it("C12 an argument that does not exist → INVALID_ARGUMENT, and the token is kept", async () => {
    const harness = await connected();
    const { confirm } = await planned(harness, "update_key_budget");
    expect((await confirm({ confirm: true })).text).toMatch(/^\[INVALID_ARGUMENT\] Unknown argument "confirm"/);
    expect((await confirm({ budget_usd: "25" })).text).toMatch(/^\[INVALID_ARGUMENT\] budget_usd/);
    expect((await confirm()).value.status).toBe("applied");
  });

  it("C12 another credential → CONFIRMATION_MISMATCH, and the token is spent", () => {
    const tokens = new Tokens(() => 0);
    const change = { planId: "p", targetId: null, principal: "a", tool: "t", argsDigest: "d", version: "v" };
    const token = tokens.issue(change);
    expect(codeOf(() => tokens.take(token, { ...change, principal: "b" }))).toBe("CONFIRMATION_MISMATCH");
    expect(codeOf(() => tokens.take(token, change))).toBe("CONFIRMATION_USED");
  });
});

describe("C12 its life", () => {
  it("C12 ends after 5 minutes of a clock that never jumps", async () => {
    const clock = manualClock();
    const harness = await connected({ clock });
    const late = await planned(harness, "update_key_budget");
    clock.advance(301_000);
    const inTime = await planned(harness, "update_key_budget");
    expect((await late.confirm()).text).toMatch(/^\[CONFIRMATION_EXPIRED\] .*Nothing was changed\./);
    clock.advance(299_000);
    expect((await inTime.confirm()).value.status).toBe("applied");
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it.each([-1, 1])("C12 does not care for a wall clock that is moved by %i day", async (days) => {
    let now = NOON;
    const harness = await connected({ now: () => now });
    const { confirm } = await planned(harness, "set_budget_policy");
    now = new Date(NOON.getTime() + days * 86_400_000);
    expect((await confirm()).value.status).toBe("applied");
  });

  it("C12 truncated, changed, made up, or of another process → CONFIRMATION_INVALID", async () => {
    const harness = await connected();
    const { token } = await planned(harness, "update_key_budget");
    const foreign = await planned(await connected(), "update_key_budget");
    sandbox.resetHits();
    const flipped = `${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`;
    for (const bad of [token.slice(0, -1), `${token}=`, flipped, "", " ", "__proto__", "0".repeat(43), foreign.token]) {
      const { text } = await harness.call("update_key_budget", {
        ...writeCase(sandbox, "update_key_budget").args,
        confirmation_token: bad,
      });
      expect([bad, text]).toEqual([bad, expect.stringMatching(/^\[CONFIRMATION_INVALID\] .*Nothing was changed\./)]);
    }
  });

  it("C12 has 256 random bits, and never the look of a credential", () => {
    const tokens = new Tokens(() => 0);
    const change = { planId: "p", targetId: null, principal: "a", tool: "t", argsDigest: "d", version: "v" };
    const made = Array.from({ length: 2_000 }, () => tokens.issue(change));
    expect(new Set(made).size).toBe(2_000);
    for (const token of made) expect(Buffer.from(token, "base64url")).toHaveLength(32);
    for (const token of made) expect(token).not.toMatch(/(?:vk-|pat_)[\w-]{16}/);
  });

  it("C12 at most 100 are kept, the oldest goes first", () => {
    const tokens = new Tokens(() => 0);
    const change = { planId: "p", targetId: null, principal: "a", tool: "t", argsDigest: "d", version: "v" };
    const made = Array.from({ length: 101 }, () => tokens.issue(change));
    expect(codeOf(() => tokens.take(made[0] ?? "", change))).toBe("CONFIRMATION_INVALID");
    expect(tokens.take(made[1] ?? "", change)).toBe(change);
    expect(tokens.take(made[100] ?? "", change)).toBe(change);
  });
});

describe("C12 what others see of it", () => {
  it("C12 it stands in the plan alone: not in the record, the log, an error or a later result", async () => {
    const harness = await connected();
    const { token, confirm } = await planned(harness, "update_key_budget");
    const applied = await confirm();
    const again = await confirm();
    const places = [applied.text, again.text, harness.logLines.join("\n"), JSON.stringify(harness.audit.entries)];
    for (const place of places) expect(place).not.toContain(token);
    expect(harness.audit.entries.map(({ event, tokenHash }) => [event, tokenHash?.length])).toEqual([
      ["plan", undefined],
      ["confirm", 8],
      ["intent", undefined],
      ["result", undefined],
      ["denied", undefined],
    ]);
  });

  it("C12 the plan says in one sentence what a token is not", async () => {
    const { value } = await (await connected()).call(
      "revoke_virtual_key",
      writeCase(sandbox, "revoke_virtual_key").args,
    );
    expect(value.confirmation.note).toBe(
      "The token binds, limits and records the change; it does not prove that a person agreed. " +
        "That is your host's own approval, so do not let it approve this tool unasked.",
    );
  });
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ToolError) return error.code;
    throw error;
  }
  return "none";
}
