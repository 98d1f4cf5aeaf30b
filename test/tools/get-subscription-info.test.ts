import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect, type Harness } from "../harness/client.ts";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

const NAME = "get_subscription_info";

describe("against the sandbox", () => {
  let manager: SandboxHarness;
  beforeAll(async () => {
    manager = await withSandbox("manager");
  });
  afterEach(() => manager.sandbox.reset());
  afterAll(() => manager.close());

  it("names the plan, the cycle, the limits and their use", async () => {
    const { value } = await manager.call(NAME);
    expect(value).toEqual({
      headline:
        "The workspace is on the team plan (active), base price $99.00 monthly; 115 of 145 virtual keys are in use; " +
        "the cycle ends on 2026-11-30.",
      basis: {
        timezone: "UTC",
        currency: "USD",
        source: ["subscription"],
        as_of: NOON.toISOString(),
        degraded: false,
        notes: [],
      },
      plan: "team",
      status: "active",
      billing_period: "monthly",
      base_price_usd: 99,
      cycle: { from: "2026-11-01", to: "2026-11-30", days_left: 10 },
      cancels_at_cycle_end: false,
      virtual_keys: { active: 115, limit: 145, base_limit: 145 },
      logged_requests: {
        this_month: manager.sandbox.dataset.workspace("2026-11-01", "2026-11-20").requests,
        monthly_limit: 1_000_000,
      },
      usage: { master_keys: 4, agents: 40, members: 60, departments: 6 },
    });
  });

  it.each(["data", "plain"] as const)("reads the envelope %s alike", async (envelope) => {
    const { text } = await manager.call(NAME);
    manager.sandbox.setSwitch("saasEnvelope", envelope);
    expect((await manager.call(NAME)).text).toBe(text);
  });

  it.each([
    ["403", /^\[FORBIDDEN\] /],
    ["empty", /^\[BAD_RESPONSE\] /],
    ["html200", /^\[BAD_RESPONSE\] /],
    ["code200", /^\[UPSTREAM_ERROR\] /],
  ] as const)("turns the fault %s into a clear error", async (kind, expected) => {
    manager.sandbox.setFault({ kind, path: "/api/v1/subscriptions/*" });
    expect((await manager.call(NAME)).text).toMatch(expected);
  });
});

describe("other answers", () => {
  const server = setupServer();
  let manager: Harness;
  beforeAll(async () => {
    server.listen({ onUnhandledRequest: "error" });
    manager = await connect({
      mode: "manager",
      baseUrl: "https://billing.example",
      credential: "pat_ws000000_0123456789abcdef",
      workspaceId: "550e8400-e29b-41d4-a716-446655440000",
      now: () => NOON,
    });
  });
  afterAll(async () => {
    await manager.close();
    server.close();
  });
  const answer = (data: object) =>
    server.use(
      http.get("https://billing.example/api/v1/subscriptions/current", () => HttpResponse.json({ code: 0, data })),
    );

  it("leaves out what is not reported and claims no limit it cannot know", async () => {
    answer({ plan: "free", baseVkLimit: 3, usage: { virtualKeys: 2 }, billingCycleEnd: "2026-11-10" });
    const { value } = await manager.call(NAME);
    expect(value).toMatchObject({
      headline: "The workspace is on the free plan; 2 virtual keys are in use; the cycle ends on 2026-11-10.",
      plan: "free",
      cycle: { to: "2026-11-10" },
      virtual_keys: { active: 2, base_limit: 3 },
      logged_requests: {},
      usage: {},
    });
    expect(Object.keys(value)).not.toContain("base_price_usd");
    expect(value.cycle).not.toHaveProperty("days_left");
  });

  it("shows a trial and a coming end", async () => {
    answer({
      tier: "pro",
      status: "trialing",
      trialEndsAt: "2026-12-01T00:00:00Z",
      cancelAtPeriodEnd: true,
      extraVkCount: 2,
      baseVkLimit: 10,
    });
    const { value } = await manager.call(NAME);
    expect(value).toMatchObject({
      status: "trialing",
      cancels_at_cycle_end: true,
      virtual_keys: { limit: 12, base_limit: 10 },
    });
    expect(value.trial_ends_at).toMatch(/^2026-12-01T00:00:00/);
  });

  it("refuses an answer of an unknown shape", async () => {
    answer({ something: "else" });
    expect((await manager.call(NAME)).text).toMatch(/^\[BAD_DATA\] /);
  });
});
