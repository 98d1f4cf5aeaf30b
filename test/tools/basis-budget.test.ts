import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultReads } from "../../bench/sizes.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

/** The reads whose own requests tell of a budget: these carry it, no other asks for it. */
const HAVE_IT = {
  vk: ["get_my_budget"],
  manager: ["get_workspace_budget_status", "get_executive_dashboard"],
} as const;
const BUDGET_ROUTES = /\/(budget-status|policies\/budget-control)$/;

describe.each(["vk", "manager"] as const)("basis.budget in %s mode", (mode) => {
  let harness: SandboxHarness;
  beforeAll(async () => {
    harness = await withSandbox(mode);
  });
  afterAll(() => harness.close());

  it("is carried by every result that has the figure at hand, and asked for by no other", async () => {
    const carrying: string[] = [];
    const asking: string[] = [];
    for (const { name, args } of await defaultReads({ ...harness, mode })) {
      harness.sandbox.resetHits();
      const { value } = await harness.call(name, args);
      const budget = value.basis?.budget;
      if (harness.sandbox.hits().some(({ path }) => BUDGET_ROUTES.test(path))) asking.push(name);
      if (budget === undefined) continue;
      carrying.push(name);
      expect(budget).toEqual({
        used_pct: expect.any(Number),
        remaining_usd: expect.any(Number),
        resets_at: "2026-12-01T00:00:00.000Z",
      });
    }
    expect([carrying, asking]).toEqual([HAVE_IT[mode], HAVE_IT[mode]]);
  }, 30_000);
});
