import { describe, expect, it } from "vitest";
import type { Block } from "../../src/cli/audit-blocks.ts";
import { judgeBudget } from "../../src/cli/audit-threshold.ts";

const budget = (data: Record<string, unknown> | null): Block => ({
  name: "budget",
  title: "Budget",
  tool: "get_my_budget",
  status: data === null ? "failed" : "ok",
  data,
  reason: null,
});
const known = (used_pct: number | null, lower_bound = false, budget_state = "set") =>
  budget({ used_pct, lower_bound, budget_state, headline: "" });

describe("judgeBudget", () => {
  it.each([
    ["under", 80, known(79.9), false, "not over 80%: 79.9% used"],
    ["exactly at the limit", 80, known(80), false, "not over 80%: 80% used"],
    ["over", 80, known(80.1), true, "over 80%: 80.1% used"],
    ["at least over", 80, known(81, true), true, "over 80%: 81% used"],
    [
      "at least something",
      80,
      known(10, true),
      null,
      "cannot be compared with 80%: at least 10% is used, and some spend is not known",
    ],
    ["unknown spend", 80, known(null), null, "cannot be compared with 80%: the spend is not known"],
    ["no budget", 80, known(null, false, "not_set"), null, "cannot be compared with 80%: no budget is set"],
    ["a budget of 0", 80, known(null, false, "zero"), null, "cannot be compared with 80%: the budget is 0"],
    [
      "an unknown budget",
      80,
      known(null, false, "unknown"),
      null,
      "cannot be compared with 80%: the budget is not known",
    ],
    ["a failed block", 80, budget(null), null, "cannot be compared with 80%: the budget could not be read"],
  ])("%s", (_case, limit, block, exceeded, text) => {
    expect(judgeBudget(limit, [block])).toMatchObject({ limit_pct: limit, exceeded, text });
  });

  it("needs a budget block", () => {
    expect(judgeBudget(80, []).exceeded).toBeNull();
  });
});
