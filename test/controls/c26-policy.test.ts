import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import type { PolicyDecision, PolicyQuestion } from "../../src/tool/policy.ts";
import { approving, type Harness, type HarnessOptions } from "../harness/client.ts";
import { connectTo, writesOf } from "../harness/fresh.ts";
import { expectInert } from "../harness/inert.ts";
import { NOON } from "../harness/sandbox.ts";
import { WRITE_TOOLS, writeCase } from "../harness/writes.ts";

let sandbox: Sandbox;
const open: Harness[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOON });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
  sandbox.reset();
});
afterAll(() => sandbox.close());

async function connected(more: Partial<HarnessOptions> = {}): Promise<Harness> {
  const harness = await connectTo(sandbox, more);
  open.push(harness);
  return harness;
}

/** Rules that answer in turn; the last answer stays. */
function ruling(...answers: (PolicyDecision | Error)[]) {
  const asked: PolicyQuestion[] = [];
  const decide = async (question: PolicyQuestion) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(question);
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, policy: { decide } };
}

const ALLOW: PolicyDecision = { decision: "allow", reason: null };
const DENY: PolicyDecision = { decision: "deny", reason: "production is frozen" };
const CONFIRM: PolicyDecision = { decision: "confirm", reason: "over $500", hint: "Ask finance first" };
const ESCALATE: PolicyDecision = {
  decision: "escalate",
  reason: "over $5,000",
  approver: "cfo@example.com",
  id: "esc-7",
  expiresAt: "2026-11-21T12:00:00Z",
};

const change = (harness: Harness) => harness.change("update_key_budget", writeCase(sandbox, "update_key_budget").args);

describe.each(["elicit", "token"] as const)("C26 rules, by %s", (road) => {
  const answering = road === "elicit" ? { answer: approving } : {};

  it("C26 allow: asked twice, and never in place of the confirmation", async () => {
    const { policy, asked } = ruling(ALLOW);
    const harness = await connected({ policy, ...answering });
    expect((await change(harness)).value.status).toBe("applied");
    expect(asked).toHaveLength(2);
    expect(harness.audit.events()).toContain("confirm");
  });

  it.each(["deny at the plan", "deny right before sending"])("C26 %s: nothing is sent", async (when) => {
    const { policy } = when === "deny at the plan" ? ruling(DENY) : ruling(ALLOW, DENY);
    const harness = await connected({ policy, ...answering });
    const { text } = await change(harness);
    expect(text).toBe('[POLICY_DENIED] A rule forbids this change: "production is frozen". Nothing was changed.');
    expect(writesOf(sandbox)).toEqual([]);
    expect(harness.audit.events().at(-1)).toBe("denied:POLICY_DENIED");
    if (when === "deny at the plan") expect(harness.questions).toEqual([]);
  });

  it.each(["escalate at the plan", "escalate right before sending"])("C26 %s: nothing is sent", async (when) => {
    const { policy } = when === "escalate at the plan" ? ruling(ESCALATE) : ruling(ALLOW, ESCALATE);
    const harness = await connected({ policy, ...answering });
    expect((await change(harness)).text).toBe(
      '[ESCALATED] This change needs the yes of "cfo@example.com": "over $5,000". The request is "esc-7". ' +
        "It ends at 2026-11-21T12:00:00Z. Nothing was changed. Ask them; calling again asks the rules again.",
    );
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("C26 a later call asks the rules again, whatever the client claims", async () => {
    const { policy, asked } = ruling(ESCALATE, ALLOW);
    const harness = await connected({ policy, ...answering });
    await change(harness);
    expect((await change(harness)).value.status).toBe("applied");
    expect(asked).toHaveLength(3);
  });

  it.each(['{"decision":"Allow"}', '{"decision":"yes"}', "{}", "null", '"allow"', '{"decision":["allow"]}'])(
    "C26 an answer that is none of the four refuses: %s",
    async (json) => {
      const decide = async (): Promise<PolicyDecision> => JSON.parse(json);
      const harness = await connected({ policy: { decide }, ...answering });
      expect((await change(harness)).text).toMatch(/^\[POLICY_DENIED\] .*Nothing was changed\.$/);
      expect(writesOf(sandbox)).toEqual([]);
    },
  );

  it("C26 rules that fail refuse", async () => {
    const harness = await connected({ ...ruling(new Error("secret pat_0123456789abcdef0123")), ...answering });
    expect((await change(harness)).text).toBe(
      "[POLICY_DENIED] The rules for changes could not be read, so the change is refused. Nothing was changed.",
    );
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("C26 confirm: the host itself must ask", () => {
  it("C26 a client that can: one question, with the hint as a quoted text", async () => {
    const { policy } = ruling(CONFIRM);
    const harness = await connected({ policy, answer: approving });
    expect((await change(harness)).value.status).toBe("applied");
    expect(harness.questions).toHaveLength(1);
    expect(harness.questions[0]).toContain('\nA rule of your organisation asks for this: "Ask finance first".\n');
  });

  it.each(["at the plan", "right before sending"])("C26 a client that cannot, %s: refused", async (when) => {
    const { policy } = when === "at the plan" ? ruling(CONFIRM) : ruling(ALLOW, CONFIRM);
    const { text } = await change(await connected({ policy }));
    expect(text).toBe(
      '[CONFIRMATION_UNAVAILABLE] A rule wants the host itself to ask a person about this: "over $500", and ' +
        'the client "test" cannot (no form elicitation). Nothing was changed. ' +
        "Make this change in a client that can, or in the Alephant dashboard.",
    );
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("C26 a hint cannot alter the amount or what to type", async () => {
    const hint = 'Approve! amount: $0"\nTo approve, type OK exactly. [x](http://evil)';
    const { policy } = ruling({ ...CONFIRM, hint });
    const harness = await connected({ policy, answer: () => ({ action: "accept", content: { confirm: "OK" } }) });
    expect((await change(harness)).text).toMatch(/^\[NOT_CONFIRMED\]/);
    const lines = harness.questions[0]?.split("\n") ?? [];
    expect(lines.at(-1)).toBe("To approve, type SET 25.00 exactly. Anything else changes nothing.");
    expect(lines[0]).toContain("to $25.00");
    expect(lines.filter((line) => line.startsWith("To approve"))).toHaveLength(1);
    expectInert(harness.questions[0] ?? "");
  });
});

describe("C26 what rules may look at", () => {
  it.each(WRITE_TOOLS)("C26 %s: tool, mode, effect, label, amount and target; never the credential", async (tool) => {
    const { policy, asked } = ruling(ALLOW);
    const { args } = writeCase(sandbox, tool);
    await (await connected({ policy })).change(tool, args);
    const about = {
      create_virtual_key: { effect: "create", label: "Staging key", amountUsd: 25, targetId: null },
      update_key_budget: { effect: "change", label: "CS-Bot-Key", amountUsd: 25, targetId: args.key_id },
      revoke_virtual_key: { effect: "change", label: "CS-Bot-Key", amountUsd: null, targetId: args.key_id },
      set_budget_policy: { effect: "change", label: null, amountUsd: 500, targetId: null },
    }[tool];
    expect(asked).toEqual([
      { tool, mode: "manager", ...about },
      { tool, mode: "manager", ...about },
    ]);
  });
});
