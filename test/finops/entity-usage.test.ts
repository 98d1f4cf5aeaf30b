import { describe, expect, it } from "vitest";
import { type EntityFigures, entityUsage } from "../../src/finops/entity-usage.ts";
import type { Part } from "../../src/finops/part.ts";
import { normaliseUsage, type UsageSeries } from "../../src/finops/usage.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { failed, ok, rowsFrom, seriesFor } from "./usage-fixture.ts";

const NOW = new Date("2026-11-20T10:00:00Z");
const windows = resolveWindows({ period: "7d", now: NOW });

/** 14 complete days from 11-06 at 10 USD, today 5. */
const days = seriesFor(windows, rowsFrom("2026-11-06", [...Array(14).fill(10), 5]), NOW);
const usage = ok(days);
const TOTAL = 65;
const whole = normaliseUsage(rowsFrom("2026-11-14", Array(7).fill(100)), { span: windows.total, now: NOW });
const workspace = ok(whole);
const stated: EntityFigures = { costUsd: TOTAL, requests: 71, tokens: 7_050, hasRawCost: false };
const ZEROS: EntityFigures = { costUsd: 0, requests: 0, tokens: 0, hasRawCost: false };

function judge(own: Part<EntityFigures>, series: Part<UsageSeries> = usage, all: Part<UsageSeries> = workspace) {
  const { result, notes } = entityUsage({ windows, usage: series, stated: own, workspace: all });
  return { ...result, codes: notes.map(({ code }) => code) };
}

describe("entityUsage", () => {
  it("answers from the entity's own route when it agrees with the series", () => {
    const { usage: answer, source, codes, hasEvidence } = judge(ok(stated));
    expect(answer).toEqual({
      total_cost_usd: 65,
      lower_bound: false,
      requests: 71,
      tokens: 7_050,
      share_of_workspace_pct: 9.3,
      unit_costs: { per_request_usd: 0.915493, per_1k_tokens_usd: 9.219858 },
      change: {
        cost: { pct: 0, word: "unchanged" },
        requests: { pct: 0, word: "unchanged" },
        tokens: { pct: 0, word: "unchanged" },
        current_cost_usd: 70,
        previous_cost_usd: 70,
      },
      trend: { direction: "flat", change_pct: 0, method: "same_weekdays", n: 14 },
      days: {
        today_so_far_usd: 5,
        avg_complete_usd: 10,
        dates: ["2026-11-14", "2026-11-15", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"],
        cost_usd: [10, 10, 10, 10, 10, 10, 5],
      },
    });
    expect({ source, codes, hasEvidence }).toEqual({ source: "entity_analytics", codes: [], hasEvidence: true });
  });

  it.each([
    ["zeros beside real usage", ok(ZEROS), "placeholder_suspected"],
    ["storage units", ok({ ...stated, costUsd: null, hasRawCost: true }), "unit_unknown"],
    ["another sum", ok({ ...stated, costUsd: 80 }), "window_mismatch"],
    ["other requests", ok({ ...stated, requests: 5_000 }), "window_mismatch"],
    ["other tokens", ok({ ...stated, tokens: 7_100 }), "window_mismatch"],
    ["a failure", failed<EntityFigures>(), "sub_call_failed"],
    ["degraded zeros", ok(ZEROS, true), "placeholder_suspected"],
  ] as const)("answers from the series, and says so, for %s", (_name, own, code) => {
    const { usage: answer, source, codes } = judge(own);
    expect(answer).toMatchObject({ total_cost_usd: TOTAL, requests: 70, tokens: 7_000 });
    expect(source).toBe("usage_series");
    expect(codes).toEqual([code]);
  });

  it("names both figures that differ", () => {
    const { notes } = entityUsage({ windows, usage, stated: ok({ ...stated, requests: 5_000 }), workspace });
    expect(notes.map(({ text }) => text)).toEqual([
      "The entity's own analytics say 5,000 requests, the daily usage series 70 requests; the totals are those of the daily usage series.",
    ]);
  });

  it("forgives a difference of a cent, of one request, or of one percent", () => {
    expect(judge(ok({ ...stated, costUsd: 65.6 })).source).toBe("entity_analytics");
    expect(judge(ok({ ...stated, costUsd: 65.7 })).source).toBe("usage_series");
    expect(judge(ok({ ...stated, requests: 69, tokens: 6_930 })).source).toBe("entity_analytics");
    expect(judge(ok({ ...stated, requests: 72 })).source).toBe("usage_series");
  });

  it("prefers the entity's own total when days of the series are unknown", () => {
    const gappy = ok(
      seriesFor(windows, rowsFrom("2026-11-06", [...Array(13).fill(10), null, 5]), NOW, { truncated: true }),
    );
    const { usage: answer, codes } = judge(ok(stated), gappy);
    expect(answer).toMatchObject({ total_cost_usd: 65, lower_bound: false });
    expect(answer.change.cost.word).toBe("unknown");
    expect(codes).not.toContain("lower_bound");
    expect(judge(failed(), gappy).usage).toMatchObject({
      total_cost_usd: 55,
      lower_bound: true,
      share_of_workspace_pct: null,
    });
  });

  it("keeps the entity's own totals when the series failed; changes and days stay unknown", () => {
    const { usage: answer } = judge(ok(stated), failed());
    expect(answer).toMatchObject({ total_cost_usd: 65, days: null, trend: { direction: "too_short" } });
    expect(answer.change).toMatchObject({ cost: { pct: null, word: "unknown" }, current_cost_usd: null });
  });

  it("does not take zeros for a fact when nothing else is known", () => {
    const { usage: answer, codes, hasEvidence } = judge(ok(ZEROS), failed());
    expect(answer.total_cost_usd).toBeNull();
    expect(codes).toContain("placeholder_suspected");
    expect(hasEvidence).toBe(false);
  });

  it("zeros on both sides are zero, without evidence that the entity exists", () => {
    const idle = ok(seriesFor(windows, [], NOW, { scopeStart: "first_use" }));
    const { usage: answer, hasEvidence } = judge(ok(ZEROS), idle);
    expect(answer).toMatchObject({ total_cost_usd: 0, requests: 0, share_of_workspace_pct: 0 });
    expect(hasEvidence).toBe(false);
  });

  it.each([
    ["sent as zeros", Array(11).fill(0)],
    ["left out", Array(11).fill(null)],
    ["sent in part", [...Array(5).fill(null), ...Array(6).fill(0)]],
  ])("the days before a first use are no history, %s", (_, before) => {
    const costs: (number | null)[] = [...before, 10, 12, 11, 5];
    const rows = rowsFrom("2026-11-06", costs).map((row) =>
      row.costUsd === 0 ? { ...row, requests: 0, tokens: 0 } : row,
    );
    const young = ok(seriesFor(windows, rows, NOW, { scopeStart: "first_use" }));
    const { usage: answer } = judge(ok({ ...stated, costUsd: 38 }), young);
    expect(answer).toMatchObject({
      total_cost_usd: 38,
      change: { cost: { pct: null, word: "new" }, current_cost_usd: 33, previous_cost_usd: 0 },
      trend: { direction: "too_short", n: 3 },
      days: { avg_complete_usd: 11, cost_usd: [null, null, null, 10, 12, 11, 5] },
    });
  });

  it.each([
    ["its own route", ok(stated, true), usage, workspace],
    ["the series that answers", failed<EntityFigures>(), ok({ ...days, degraded: true }, true), workspace],
    ["the workspace", ok(stated), usage, ok(whole, true)],
  ])("gives no share where %s is degraded", (_, own, series, all) => {
    const { usage: answer } = judge(own, series, all);
    expect(answer).toMatchObject({ total_cost_usd: TOTAL, share_of_workspace_pct: null });
    if (series !== usage) expect(answer.trend).toMatchObject({ direction: "too_short", change_pct: null, n: 0 });
  });

  it("gives no share of a workspace that could not be read, or is smaller than its part", () => {
    expect(judge(ok(stated), usage, failed()).usage.share_of_workspace_pct).toBeNull();
    const small = ok(normaliseUsage(rowsFrom("2026-11-14", Array(7).fill(1)), { span: windows.total, now: NOW }));
    expect(judge(ok(stated), usage, small).usage.share_of_workspace_pct).toBeNull();
  });
});
