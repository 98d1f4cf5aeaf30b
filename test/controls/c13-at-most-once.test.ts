import { setTimeout as delay } from "node:timers/promises";
import { bypass, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultKind, type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import type { Policy } from "../../src/tool/policy.ts";
import { approving, type Harness, type HarnessOptions } from "../harness/client.ts";
import { connectTo, writesOf } from "../harness/fresh.ts";
import { manualClock } from "../harness/manual-clock.ts";
import { NOON } from "../harness/sandbox.ts";
import { WRITE_TOOLS, type WriteTool, writeCase } from "../harness/writes.ts";

const network = setupServer();
let sandbox: Sandbox;
const open: Harness[] = [];
beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  sandbox = await startSandbox({ now: () => NOON });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
  network.resetHandlers();
  sandbox.reset();
});
afterAll(async () => {
  network.close();
  await sandbox.close();
});

async function connected(more: Partial<HarnessOptions> = {}): Promise<Harness> {
  const harness = await connectTo(sandbox, more);
  open.push(harness);
  return harness;
}

const REAL_CLOCK = {
  monotonic: () => performance.now(),
  sleep: (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }),
};

const cells = <F>(faults: readonly F[]) => WRITE_TOOLS.flatMap((tool) => faults.map((fault) => [tool, fault] as const));

/** Confirms a change that meets a fault, and gives what became of it. */
async function struck(tool: WriteTool, kind: FaultKind, more: Partial<HarnessOptions> = {}) {
  const { args, method, path } = writeCase(sandbox, tool);
  sandbox.setFault({ kind, method, path, times: "once" });
  const harness = await connected(more);
  const answer = await harness.change(tool, args);
  return { harness, answer, hits: writesOf(sandbox).length };
}

/** Rules that allow everything; their second question comes right before the sending. */
function beforeSending(act: () => Promise<void> | void): Policy {
  let isPlanned = false;
  return {
    decide: async () => {
      if (isPlanned) await act();
      isPlanned = true;
      return { decision: "allow", reason: null };
    },
  };
}

/** Whether the thing now is as it was asked to be, seen past the server under test. */
async function isMade(tool: WriteTool): Promise<boolean> {
  const harness = await connected();
  const { args } = writeCase(sandbox, tool);
  if (tool === "create_virtual_key") {
    const { dataset } = sandbox;
    return dataset.ids("keys").length > 120;
  }
  return (await harness.call(tool, args)).value.status === "no_change";
}

describe("C13 class R: the service refused", () => {
  it.each(cells(["400", "401", "402", "403", "404", "422", "429"] as const))(
    "C13 %s and %s: sent once, nothing was changed",
    async (tool, kind) => {
      const { harness, answer, hits } = await struck(tool, kind);
      expect(answer.text).toMatch(/^\[(REJECTED|AUTH|FORBIDDEN|NOT_FOUND|RATE_LIMITED)\] .*Nothing was changed\./);
      expect([answer.isError, hits]).toEqual([true, 1]);
      expect(harness.audit.events()).toEqual(["plan", "confirm", "intent", "result:rejected"]);
      expect(harness.audit.entries.at(-1)).toMatchObject({ status: Number(kind), code: expect.any(String) });
      expect(await isMade(tool)).toBe(false);
    },
  );

  it.each(WRITE_TOOLS)("C13 %s: an approval that met a refusal cannot be used again", async (tool) => {
    const { args, method, path } = writeCase(sandbox, tool);
    const harness = await connected();
    const { value } = await harness.call(tool, args);
    const confirm = () => harness.call(tool, { ...args, confirmation_token: value.confirmation.token });
    sandbox.setFault({ kind: "422", method, path, times: "once" });
    await confirm();
    expect((await confirm()).text).toMatch(/^\[CONFIRMATION_USED\]/);
    expect(writesOf(sandbox)).toHaveLength(1);
  });
});

describe("C13 class M: the answer was lost", () => {
  const NOT_APPLIED = ["500", "502", "503", "504", "reset-before", "code200", "html200", "redirect"] as const;
  const APPLIED = ["reset-after", "truncated", "cut-json"] as const;

  it.each(cells(NOT_APPLIED))("C13 %s and %s, not applied: looked at twice, never sent again", async (tool, kind) => {
    const clock = manualClock();
    const { harness, answer, hits } = await struck(tool, kind, { clock });
    expect(answer.text).toMatch(
      /^\[(UPSTREAM_ERROR|CONNECTION_LOST|BAD_RESPONSE|REDIRECT)\] .*Not applied as of 2026-11-20T12:00:00\.000Z\. Look again with \w+ before asking for the same change\.$/,
    );
    expect([answer.isError, hits]).toEqual([true, 1]);
    expect(clock.sleeps).toEqual([4_000]);
    expect(harness.audit.events().at(-1)).toBe("result:not_applied");
    expect(await isMade(tool)).toBe(false);
  });

  it.each(cells(APPLIED))("C13 %s and %s, applied: found by looking", async (tool, kind) => {
    const { harness, answer, hits } = await struck(tool, kind);
    expect(answer.value).toMatchObject({ status: "applied", changed: true, evidence: "read_back" });
    expect(answer.value.remarks).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^\[(CONNECTION_LOST|BAD_RESPONSE)\] .* The change was applied \(checked by reading it back\)\.$/,
        ),
      ]),
    );
    expect(hits).toBe(1);
    expect(harness.audit.events().at(-1)).toBe("result:applied");
    expect(await isMade(tool)).toBe(true);
  });

  it("C13 a key whose secret was lost with the answer: revoke it and create another", async () => {
    const { answer } = await struck("create_virtual_key", "reset-after");
    expect(answer.value).toMatchObject({
      secret: null,
      secret_note: "The answer with the secret was lost: revoke this key and create another.",
      undo: { tool: "revoke_virtual_key", arguments: { key_id: answer.value.after.id } },
    });
  });

  it.each(WRITE_TOOLS)("C13 %s: when looking fails as well, it is unknown", async (tool) => {
    const { answer, hits, harness } = await struck(tool, "reset-after", {
      policy: beforeSending(() => sandbox.setFault({ kind: "403", method: "GET" })),
    });
    const { isError, text } = answer;
    const checkWith = tool === "set_budget_policy" ? "get_workspace_budget_status" : "list_virtual_keys";
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[CONNECTION_LOST\] /);
    expect(text).toContain(
      `It is unknown whether the change was applied; check with ${checkWith} before asking again.`,
    );
    expect(text).not.toContain("Try again");
    expect(harness.audit.events().at(-1)).toBe("result:unknown");
    expect(hits).toBe(1);
  });

  it("C13 something else than before and than asked for is unknown, not 'not applied'", async () => {
    const { args, path } = writeCase(sandbox, "update_key_budget");
    const harness = await connected();
    const { value } = await harness.call("update_key_budget", args);
    network.use(
      http.patch(`${sandbox.url}${path}`, async ({ request }) => {
        const body = JSON.stringify({ budget: 61 });
        const { url, headers } = request;
        await fetch(bypass(url, { method: "PATCH", headers, body }));
        return HttpResponse.json({ code: 50_001, message: "failed" }, { status: 500 });
      }),
    );
    const { text } = await harness.call("update_key_budget", { ...args, confirmation_token: value.confirmation.token });
    expect(text).toContain("It is unknown whether the change was applied");
  });

  it("C13 a new key is not taken for missing when not every key could be read", async () => {
    sandbox.setSwitch("pages", "repeat");
    sandbox.setSwitch("maxPageSize", 50);
    const { answer } = await struck("create_virtual_key", "reset-after");
    expect(answer.text).toContain("It is unknown whether the change was applied; check with list_virtual_keys");
  });

  it("C13 applied late, after the connection was lost: the second look finds it", { timeout: 20_000 }, async () => {
    const { answer, hits } = await struck("update_key_budget", "late", { clock: REAL_CLOCK });
    expect(answer.value.status).toBe("applied");
    expect(hits).toBe(1);
  });
});

describe("C13 time and cancelling", () => {
  it("C13 the look has a time of its own, when that of the call is used up", { timeout: 20_000 }, async () => {
    const { args, method, path } = writeCase(sandbox, "update_key_budget");
    const harness = await connected({ timeoutMs: 1_500, clock: REAL_CLOCK, answer: approving });
    sandbox.setFault({ kind: "slow", method, path, delayMs: 3_000 });
    const { value } = await harness.call("update_key_budget", args);
    expect(value).toMatchObject({ status: "applied", evidence: "read_back" });
    expect(value.remarks[0]).toMatch(/^\[TIMEOUT\] .*The change was applied \(checked by reading it back\)\.$/);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it("C13 cancelled after the bytes left: sent once, and what became of it is on record", {
    timeout: 20_000,
  }, async () => {
    const { args, method, path } = writeCase(sandbox, "update_key_budget");
    const harness = await connected({ clock: REAL_CLOCK });
    const { value } = await harness.call("update_key_budget", args);
    sandbox.setFault({ kind: "slow", method, path, delayMs: 1_000 });
    const cancel = new AbortController();
    const confirmed = { ...args, confirmation_token: value.confirmation.token };
    const call = expect(harness.call("update_key_budget", confirmed, { signal: cancel.signal })).rejects.toThrow();
    while (writesOf(sandbox).length === 0) await delay(5);
    cancel.abort();
    await call;
    while (harness.audit.events().at(-1) === "intent") await delay(20);
    expect(harness.audit.entries.at(-1)).toMatchObject({ event: "result", outcome: "applied", code: "CANCELLED" });
    expect(writesOf(sandbox)).toHaveLength(1);
  });
});

describe("C13 class N: it never left", () => {
  it.each(WRITE_TOOLS)("C13 %s: a service that is gone was not changed", async (tool) => {
    const gone = await startSandbox({ now: () => NOON });
    const { args } = writeCase(gone, tool);
    const harness = await connectTo(gone, { policy: beforeSending(() => gone.close()) });
    open.push(harness);
    const { text } = await harness.change(tool, args);
    expect(text).toMatch(/^\[(UNREACHABLE|CONNECTION_LOST)\] /);
    expect(text).toMatch(/Nothing was changed\.|It is unknown whether/);
    if (text.startsWith("[UNREACHABLE]")) expect(harness.audit.events().at(-1)).toBe("result:not_applied");
  });
});

describe("C13 the two second sends", () => {
  it("C13 a budget action in the other spelling (W25): two sends, an intent each, one result", async () => {
    sandbox.setSwitch("vkActionWords", "underscore");
    for (const tool of ["update_key_budget", "create_virtual_key"] as const) {
      sandbox.resetHits();
      const { args } = writeCase(sandbox, tool);
      const harness = await connected();
      const { value } = await harness.change(tool, { ...args, budget_action: "alert_only" });
      expect(value.status).toBe("applied");
      expect(writesOf(sandbox).map(({ body }) => body)).toEqual([
        expect.objectContaining({ budgetAction: "alert-only" }),
        expect.objectContaining({ budgetAction: "alert_only" }),
      ]);
      expect(harness.audit.events()).toEqual(["plan", "confirm", "intent", "intent", "result:applied"]);
    }
  });

  it("C13 any other refusal is not sent again", async () => {
    sandbox.setFault({ kind: "400", method: "PATCH", message: "budget is too high" });
    const { hits } = await struck("update_key_budget", "400");
    expect(hits).toBe(1);
  });

  it("C13 a second send that cannot be recorded does not leave", async () => {
    sandbox.setSwitch("vkActionWords", "underscore");
    const { args } = writeCase(sandbox, "update_key_budget");
    const harness = await connected();
    const record = harness.audit.record.bind(harness.audit);
    harness.audit.record = async (entry) => {
      await record(entry);
      if (entry.event === "intent") harness.audit.failAt("intent");
    };
    const { text } = await harness.change("update_key_budget", args);
    expect(text).toMatch(/^\[AUDIT_UNAVAILABLE\] .*Nothing was changed\./);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it("C13 a conflict of the policy (W29) that is still the approved one: once more, an intent each", async () => {
    sandbox.setSwitch("budgetConflict", "once");
    const harness = await connected();
    const { value } = await harness.change("set_budget_policy", writeCase(sandbox, "set_budget_policy").args);
    expect(value.status).toBe("applied");
    expect(writesOf(sandbox)).toHaveLength(2);
    expect(harness.audit.events()).toEqual(["plan", "confirm", "intent", "intent", "result:applied"]);
  });

  it("C13 a second conflict ends it, with a fresh plan", async () => {
    sandbox.setSwitch("budgetConflict", "always");
    const harness = await connected();
    const { text } = await harness.change("set_budget_policy", writeCase(sandbox, "set_budget_policy").args);
    expect(text).toMatch(
      /^\[CONFLICT\] The service reported a conflict \(409\)\. It changed meanwhile\. .*Nothing was changed\. The plan would now be: Set the monthly budget of the workspace \(USD\) from /,
    );
    expect(writesOf(sandbox)).toHaveLength(2);
    expect(harness.audit.events().at(-1)).toBe("result:rejected");
  });

  it("C13 a conflict of a policy that somebody changed: their change stands, and is shown", async () => {
    const { args, path, move } = writeCase(sandbox, "set_budget_policy");
    const harness = await connected();
    const { value } = await harness.call("set_budget_policy", args);
    network.use(
      http.put(
        `${sandbox.url}${path}`,
        async () => {
          network.resetHandlers();
          await move();
          return HttpResponse.json({ code: 40_901, message: "changed" }, { status: 409 });
        },
        { once: true },
      ),
    );
    const { text } = await harness.call("set_budget_policy", { ...args, confirmation_token: value.confirmation.token });
    expect(text).toMatch(
      /^\[CONFLICT\] .*Nothing was changed\. The plan would now be: Set .* from \$77\.00 with the action block to \$500\.00/,
    );
    expect(writesOf(sandbox)).toEqual([]);
  });

  it.each(["update_key_budget", "revoke_virtual_key"] as const)(
    "C13 %s: a conflict is not sent again",
    async (tool) => {
      const { answer, hits } = await struck(tool, "409");
      expect(answer.text).toMatch(/^\[CONFLICT\] .*Nothing was changed\. The plan would now be: /);
      expect(hits).toBe(1);
    },
  );
});
