import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { memoryAudit } from "../harness/audit.ts";
import { approving, type Harness, type HarnessOptions } from "../harness/client.ts";
import { connectTo, writesOf } from "../harness/fresh.ts";
import { expectInert } from "../harness/inert.ts";
import { NOON } from "../harness/sandbox.ts";
import { asSomebodyElse, WRITE_TOOLS, type WriteTool, writeCase } from "../harness/writes.ts";

let sandbox: Sandbox;
let now = NOON;
const open: Harness[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => now });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
  sandbox.reset();
  now = NOON;
});
afterAll(() => sandbox.close());

async function connected(more: Partial<HarnessOptions> = {}): Promise<Harness> {
  const harness = await connectTo(sandbox, { now: () => now, ...more });
  open.push(harness);
  return harness;
}

const ROADS = ["elicit", "token"] as const;

/** Asks for a change and confirms it; `between` runs after the plan was shown and before the yes arrives. */
async function changed(
  road: (typeof ROADS)[number],
  tool: WriteTool,
  between: () => Promise<void> = async () => {},
  more: Partial<HarnessOptions> = {},
) {
  const { args } = writeCase(sandbox, tool);
  if (road === "elicit") {
    const harness = await connected({
      answer: async (params) => {
        await between();
        return approving(params);
      },
      ...more,
    });
    return { harness, answer: await harness.call(tool, args) };
  }
  const harness = await connected(more);
  const plan = await harness.call(tool, args);
  await between();
  return {
    harness,
    answer: await harness.call(tool, { ...args, confirmation_token: plan.value?.confirmation?.token ?? "none" }),
  };
}

const TABLE = WRITE_TOOLS.flatMap((tool) => ROADS.map((road) => [tool, road] as const));

describe("C10 step 2, the plan", () => {
  it.each(WRITE_TOOLS)("C10 %s: the first call reads, changes nothing and says so", async (tool) => {
    const harness = await connected();
    const { value, text, isError } = await harness.call(tool, writeCase(sandbox, tool).args);
    expect(isError).toBe(false);
    expect(value).toMatchObject({
      headline: expect.stringMatching(/^Nothing is changed yet: show this plan to the person first\. Only after/),
      status: "confirmation_required",
      changed: false,
      plan: expect.any(String),
      confirmation: { token: expect.stringMatching(/^[\w-]{43}$/), expires_at: "2026-11-20T12:05:00.000Z" },
    });
    expect(value.confirmation.note).toContain("does not prove that a person agreed");
    expect(Object.keys(value).slice(0, 4)).toEqual(["headline", "basis", "status", "changed"]);
    expect(Buffer.byteLength(text)).toBeLessThan(2_000);
    expect(writesOf(sandbox)).toEqual([]);
    expect(harness.audit.events()).toEqual(["plan"]);
  });

  it("C10 shows what a budget change touches, before and after", async () => {
    const { args } = writeCase(sandbox, "update_key_budget");
    const { value } = await (await connected()).call("update_key_budget", { ...args, budget_action: "block" });
    const { keyIds } = sandbox.credentials;
    expect(value.plan).toBe(
      `Set the monthly budget (USD) of virtual key "CS-Bot-Key" (${keyIds.agent}) from $237.00 with the action block to $25.00 with the action block.`,
    );
    expect(value).toMatchObject({ before: { budget_usd: 237 }, after: { budget_usd: 25, budget_action: "block" } });
    expect(value.affected).toEqual([
      expect.stringMatching(
        /^With the action block, calls with this key are refused once it is used up\. In this billing cycle \$[\d.]+ is spent, more than the new budget\.$/,
      ),
      'It is bound to agent "Customer Support Bot".',
      expect.stringMatching(/^This agent, with all its keys, spent \$[\d.,]+ from 2026-10-21 to 2026-11-19\.$/),
      "It was last used at 2026-11-20T11:57:41Z.",
      expect.stringMatching(/^It spent \$[\d.]+ in this billing cycle \(since 2026-11-01\)\.$/),
      expect.stringMatching(
        /^At that pace \(\$[\d.]+ a day\) \$25\.00 lasts about [\d.]+ days of its monthly window\.$/,
      ),
    ]);
  });

  it("C10 shows what a revocation ends", async () => {
    const { value } = await (await connected()).call(
      "revoke_virtual_key",
      writeCase(sandbox, "revoke_virtual_key").args,
    );
    expect(value.plan).toMatch(/^Revoke virtual key "CS-Bot-Key" \([0-9a-f-]{36}\) for good\.$/);
    expect(value.affected[0]).toBe("Applications that use it fail with 401 at once, and it cannot be restored.");
    expect(value).toMatchObject({ before: { status: "active" }, after: { status: "revoked" } });
  });

  it("C10 shows what a new workspace budget would mean at the present pace", async () => {
    const { value } = await (await connected()).call("set_budget_policy", { budget_usd: 500, action: "block" });
    expect(value.affected).toEqual([
      "With the action block, all calls of the workspace are paused once it is used up. More than the new budget is spent already.",
      expect.stringMatching(/^In this budget window since 2026-11-01 \$[\d,.]+ is spent: [\d.]+% of the new budget\.$/),
      expect.stringMatching(/^The workspace spent \$[\d,.]+ from 2026-10-21 to 2026-11-19\.$/),
      expect.stringMatching(
        /^At that pace \(\$[\d.]+ a day\) \$500\.00 lasts about [\d.]+ days of its monthly window\.$/,
      ),
    ]);
  });

  it("C10 lists every field that a default would add", async () => {
    await asSomebodyElse(sandbox, "PUT", "/api/v1/policies/budget-control", {
      config: { amount: 400, exceededAction: "pause" },
    });
    const { value } = await (await connected()).call("set_budget_policy", { budget_usd: 500, action: "block" });
    expect(value.plan).toContain("The policy lacks period, thresholds, currency: the usual default is added.");
  });

  it("C10 leads with what is not known when not every key could be searched", async () => {
    sandbox.setSwitch("pages", "repeat");
    sandbox.setSwitch("maxPageSize", 1);
    for (const tool of ["update_key_budget", "revoke_virtual_key"] as const) {
      const { value } = await (await connected()).call(tool, writeCase(sandbox, tool).args);
      expect(value.plan).toMatch(/^Current state unknown: 1 of 120 keys searched\. /);
      expect(value.before).toBeNull();
    }
  });

  it.each([
    ["update_key_budget", "/api/v1/virtual-keys"],
    ["revoke_virtual_key", "/api/v1/virtual-keys"],
    ["create_virtual_key", "/api/v1/master-keys"],
    ["set_budget_policy", "/api/v1/policies/budget-control"],
  ] as const)("C10 %s: what cannot be read is not changed, whatever is wrong with it", async (tool, path) => {
    for (const kind of ["403", "code200", "html200", "empty", "cut-json"] as const) {
      sandbox.clearFaults();
      sandbox.setFault({ kind, path, method: "GET" });
      const { isError, text } = await (await connected()).call(tool, writeCase(sandbox, tool).args);
      expect([isError, text]).toEqual([true, expect.stringMatching(/^\[[A-Z_]+\] .*Nothing was changed\./)]);
    }
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("C10 a fact that cannot be read is left out, and the plan stands", async () => {
    sandbox.setFault({ kind: "403", path: "/api/v1/subscriptions/*" });
    sandbox.setFault({ kind: "403", path: "/api/v1/analytics/*" });
    for (const tool of WRITE_TOOLS) {
      const { value } = await (await connected()).call(tool, writeCase(sandbox, tool).args);
      expect(value.status).toBe("confirmation_required");
      expect(value.affected.length).toBeGreaterThan(0);
    }
  });

  it.each(WRITE_TOOLS)("C10 %s: hostile names stay inert, and the plan short", async (tool) => {
    sandbox.setSwitch("labels", "hostile");
    const { text } = await (await connected()).call(tool, writeCase(sandbox, tool).args);
    expectInert(text);
    expect(Buffer.byteLength(text)).toBeLessThan(2_000);
  });
});

describe("C10 step 2, errors", () => {
  it("C10 an error that lists what there is to choose from stays short, whatever the names", async () => {
    sandbox.setSwitch("labels", "hostile");
    const { master_key_id: _left, ...args } = writeCase(sandbox, "create_virtual_key").args;
    const { text } = await (await connected()).call("create_virtual_key", args);
    expect(text).toMatch(/^\[INVALID_ARGUMENT\] master_key_id is needed\./);
    expect(Buffer.byteLength(text)).toBeLessThan(2_000);
    expectInert(text);
  });
});

describe("C10 step 3, nothing to do", () => {
  it.each(ROADS)("C10 by %s: the wanted state asks nobody and sends nothing", async (road) => {
    const harness = await connected(road === "elicit" ? { answer: approving } : {});
    const { value: policy } = await harness.call("get_workspace_budget_status");
    const wanted = { budget_usd: policy.budget_usd, action: policy.budget_action ?? "alert_only" };
    const { value } = await harness.call("set_budget_policy", wanted);
    expect(value).toMatchObject({ status: "no_change", changed: false });
    const revoked = { key_id: sandbox.credentials.keyIds.revoked };
    expect((await harness.call("revoke_virtual_key", revoked)).value.status).toBe("no_change");
    expect(harness.questions).toEqual([]);
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("C10 steps 4 to 8, applied", () => {
  it.each(TABLE)("C10 %s by %s: one change, read back, recorded in order", async (tool, road) => {
    const { harness, answer } = await changed(road, tool);
    expect(answer.value).toMatchObject({ status: "applied", changed: true, evidence: "read_back" });
    const { method, path } = writeCase(sandbox, tool);
    expect(writesOf(sandbox).map((write) => [write.method, write.path])).toEqual([[method, path]]);
    expect(harness.audit.events()).toEqual(["plan", "confirm", "intent", "result:applied"]);
    const { entries } = harness.audit;
    expect(new Set(entries.map(({ planId }) => planId)).size).toBe(1);
    const { key_id: targetId = null } = writeCase(sandbox, tool).args;
    expect(entries.map((entry) => entry.targetId)).toEqual(Array.from({ length: 4 }, () => targetId));
    expect(entries[1]).toMatchObject({ approval: road });
    const order = sandbox.hits().map((hit) => hit.method);
    expect(order.lastIndexOf("GET")).toBeGreaterThan(order.indexOf(method));
  });

  it.each(["update_key_budget", "set_budget_policy"] as const)("C10 %s: the recipe undoes it", async (tool) => {
    const { answer } = await changed("token", tool);
    const { undo, before } = answer.value;
    const harness = await connected();
    const back = await harness.change(undo.tool, undo.arguments);
    expect(back.value).toMatchObject({
      status: "applied",
      after: { budget_usd: before.budget_usd, budget_action: before.budget_action },
    });
  });

  it("C10 create_virtual_key: the recipe undoes it; a revocation has none", async () => {
    const { answer } = await changed("token", "create_virtual_key");
    expect(answer.value.undo).toEqual({ tool: "revoke_virtual_key", arguments: { key_id: answer.value.after.id } });
    const harness = await connected();
    const ended = await harness.change("revoke_virtual_key", answer.value.undo.arguments);
    expect(ended.value).toMatchObject({ status: "applied", after: { status: "revoked" } });
    expect(ended.value.undo).toBeUndefined();
  });

  it.each(TABLE)("C10 %s by %s: a 2xx that nothing bears out is not called applied", async (tool, road) => {
    sandbox.setFault({ kind: "empty", method: writeCase(sandbox, tool).method });
    const { harness, answer } = await changed(road, tool);
    expect(answer.value).toMatchObject({ status: "accepted_not_confirmed", changed: null });
    expect(harness.audit.events().at(-1)).toBe("result:unknown");
  });
});

describe("C10 step 8, an answer alone", () => {
  it.each(TABLE)("C10 %s by %s: that shows what was asked for is no proof when the look fails", async (tool, road) => {
    const path = tool === "set_budget_policy" ? "/api/v1/policies/budget-control" : "/api/v1/virtual-keys";
    // The state is read for the plan, and again before the change is sent.
    sandbox.setFault({ kind: "403", path, method: "GET", skip: 2 });
    const { harness, answer } = await changed(road, tool);
    expect(answer.value, answer.text).toMatchObject({
      status: "accepted_not_confirmed",
      changed: null,
      evidence: "service_answer",
      after: expect.anything(),
    });
    expect(answer.value.basis.notes[0].text).toMatch(
      /^The change was accepted, but reading it back failed \(FORBIDDEN\)/,
    );
    expect(harness.audit.events().at(-1)).toBe("result:unknown");
  });
});

describe("C10 step 5, the target moved", () => {
  it.each(TABLE)("C10 %s by %s: refused with a fresh plan, nothing sent", async (tool, road) => {
    const { harness, answer } = await changed(road, tool, writeCase(sandbox, tool).move);
    expect(answer.text).toMatch(
      /^\[TARGET_CHANGED\] It is no longer what the plan was made on\. Nothing was changed\. The plan would now be: .* Show it to the person, and call again for a new confirmation\.$/,
    );
    expect(Buffer.byteLength(answer.text)).toBeLessThan(2_000);
    expect(writesOf(sandbox)).toEqual([]);
    expect(harness.audit.events()).toEqual(["plan", "confirm", "denied:TARGET_CHANGED"]);
  });

  it.each(["update_key_budget", "revoke_virtual_key"] as const)(
    "C10 %s: a busy key is still the same key: spend and last use do not count",
    async (tool) => {
      const { answer } = await changed("token", tool, async () => {
        now = new Date(NOON.getTime() + 4 * 60_000);
        await delay(1);
      });
      expect(answer.value.status).toBe("applied");
    },
  );

  it.each(ROADS)("C10 by %s: a target that cannot be read again is not changed", async (road) => {
    const { answer } = await changed(road, "update_key_budget", async () => {
      sandbox.setFault({ kind: "403", path: "/api/v1/virtual-keys", method: "GET" });
    });
    expect(answer.text).toMatch(/^\[FORBIDDEN\] .*Nothing was changed\./);
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("C10 step 6, the record", () => {
  it.each(["any", "plan", "confirm", "intent"] as const)(
    "C10 nothing is sent when %s cannot be written; reading goes on",
    async (event) => {
      for (const road of ROADS) {
        const { harness, answer } = await changed(road, "update_key_budget", undefined, { audit: failingAt(event) });
        const isEarly = event === "any" || event === "plan";
        const expected = isEarly && road === "token" ? /AUDIT_UNAVAILABLE|CONFIRMATION_INVALID/ : /AUDIT_UNAVAILABLE/;
        expect(answer.text).toMatch(expected);
        expect(answer.text).toContain("Nothing was changed.");
        expect((await harness.call("get_subscription_info")).isError).toBe(false);
      }
      expect(writesOf(sandbox)).toEqual([]);
    },
  );

  it("C10 a result that cannot be written is told, because the change is made", async () => {
    const { answer } = await changed("token", "set_budget_policy", undefined, { audit: failingAt("result") });
    expect(answer.value.status).toBe("applied");
    expect(answer.value.remarks).toContain("The outcome could not be written to the record of changes.");
  });

  it("C10 the record holds neither the token nor a credential", async () => {
    const { harness, answer } = await changed("token", "create_virtual_key");
    const text = JSON.stringify(harness.audit.entries);
    expect(text).not.toContain(answer.value.secret);
    expect(text).not.toContain("confirmation_token");
    expect(text).not.toContain(sandbox.credentials.pats.admin);
    expect(harness.audit.entries[1]?.tokenHash).toMatch(/^[0-9a-f]{8}$/);
  });
});

describe("C10 a call that is cancelled", () => {
  it.each(["elicit", "token"] as const)("C10 by %s, before the bytes left: sends nothing", async (road) => {
    const { args } = writeCase(sandbox, "update_key_budget");
    const cancel = new AbortController();
    // The second question of the rules comes right before the record and the sending.
    let asked = 0;
    const policy = {
      decide: async () => {
        asked += 1;
        if (asked === 2) {
          cancel.abort();
          await delay(20);
        }
        return { decision: "allow", reason: null } as const;
      },
    };
    const harness = await connected({ policy, ...(road === "elicit" && { answer: approving }) });
    const first = road === "elicit" ? args : await plannedArgs(harness, args);
    await expect(harness.call("update_key_budget", first, { signal: cancel.signal })).rejects.toThrow();
    await delay(100);
    expect(writesOf(sandbox)).toEqual([]);
    expect(harness.audit.events()).not.toContain("intent");
  });

  it("C10 while it waits for the pace of changes: the intent is recorded, nothing is sent", async () => {
    const harness = await connected();
    await harness.change("set_budget_policy", { budget_usd: 500, action: "block" });
    sandbox.resetHits();
    const cancel = new AbortController();
    const args = await plannedArgs(harness, writeCase(sandbox, "update_key_budget").args);
    const call = expect(harness.call("update_key_budget", args, { signal: cancel.signal })).rejects.toThrow();
    while (harness.audit.events().at(-1) !== "intent") await delay(5);
    cancel.abort();
    await call;
    while (harness.audit.events().at(-1) === "intent") await delay(5);
    expect(writesOf(sandbox)).toEqual([]);
    expect(harness.audit.entries.at(-1)).toMatchObject({ event: "result", outcome: "not_applied", code: "CANCELLED" });
  });
});

async function plannedArgs(harness: Harness, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { value } = await harness.call("update_key_budget", args);
  return { ...args, confirmation_token: value.confirmation.token };
}

function failingAt(event: Parameters<Harness["audit"]["failAt"]>[0]): Harness["audit"] {
  const audit = memoryAudit();
  audit.failAt(event);
  return audit;
}
