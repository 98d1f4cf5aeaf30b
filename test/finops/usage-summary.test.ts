import { describe, expect, it } from "vitest";
import type { ReportedUsage } from "../../src/finops/stated-usage.ts";
import { summariseUsage } from "../../src/finops/usage-summary.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { failed, ok, rowsFrom, seriesFor } from "./usage-fixture.ts";

const reported: ReportedUsage = {
  costUsd: null,
  requests: null,
  inputTokens: null,
  outputTokens: null,
  totalTokens: null,
  changePct: null,
};

describe("usage summary", () => {
  it("US-1 an open day is never compared with a whole one", () => {
    const now = new Date("2026-11-20T01:00:00Z");
    const windows = resolveWindows({ period: "7d", now });
    const rows = rowsFrom("2026-11-06", [...Array.from({ length: 14 }, () => 100), 4.17]);
    const { result, notes } = summariseUsage({ windows, usage: ok(seriesFor(windows, rows, now)) });
    expect(result).toEqual({
      total_cost_usd: 604.17,
      lower_bound: false,
      today_so_far_usd: 4.17,
      avg_complete_day_usd: 100,
      requests: 70,
      tokens: { input: null, output: null, total: 7_000 },
      cost_per_request_usd: 8.631,
      cost_per_1k_tokens_usd: 86.31,
      change: {
        cost: { pct: 0, word: "unchanged" },
        requests: { pct: 0, word: "unchanged" },
        tokens: { pct: 0, word: "unchanged" },
      },
      compared: { current_cost_usd: 700, previous_cost_usd: 700 },
    });
    expect(notes).toEqual([]);
  });

  it("US-2 unit costs and the token split", () => {
    const now = new Date("2026-11-20T10:00:00Z");
    const windows = resolveWindows({ period: "7d", now });
    const rows = [{ date: "2026-11-18", costUsd: 47.23, requests: 1_247, tokens: null }];
    const split = { ...reported, costUsd: 47.23, requests: 1_247, inputTokens: 892_354, outputTokens: 234_120 };
    const { result } = summariseUsage({ windows, usage: ok(seriesFor(windows, rows, now)), reported: ok(split) });
    expect(result.tokens).toEqual({ input: 892_354, output: 234_120, total: 1_126_474 });
    expect([result.total_cost_usd, result.requests]).toEqual([47.23, 1_247]);
    expect([result.cost_per_request_usd, result.cost_per_1k_tokens_usd]).toEqual([0.037875, 0.041927]);
  });

  const now = new Date("2026-11-23T10:00:00Z");
  const month = resolveWindows({ period: "30d", now });

  it("GR-4 a different number of weekend days is told apart from a change", () => {
    const costs = Array.from({ length: 61 }, (_, i) => ([0, 6].includes((i + 4) % 7) ? 20 : 100));
    // 2026-09-24 is a Thursday, the first day of the window before.
    const series = seriesFor(month, rowsFrom("2026-09-24", costs), now);
    const { result, notes } = summariseUsage({ windows: month, usage: ok(series) });
    expect(result.compared).toEqual({ current_cost_usd: 2_200, previous_cost_usd: 2_360 });
    expect(result.change.cost).toEqual({ pct: -6.8, word: "down" });
    expect(result.calendar_adjusted_pct).toBe(0);
    const text = "The two windows hold different numbers of weekend days; at equal numbers spend would be unchanged.";
    expect(notes).toEqual([{ code: "calendar_mix", text }]);
  });

  it("GR-8 a window the source does not cover makes the change unknown, not new", () => {
    const series = seriesFor(
      month,
      rowsFrom(
        "2026-10-25",
        Array.from({ length: 30 }, () => 1),
      ),
      now,
      {
        covered: { from: "2026-10-25", to: "2026-11-23" },
      },
    );
    const { result, notes } = summariseUsage({
      windows: month,
      usage: ok(series),
      reported: ok({ ...reported, changePct: { cost: 12.5, requests: null } }),
    });
    expect(result.total_cost_usd).toBe(30);
    expect(result.lower_bound).toBe(false);
    expect(result.change.cost).toEqual({ pct: null, word: "unknown" });
    expect(result.server_reported_pct).toEqual({ cost: 12.5, requests: null });
    expect(notes.filter(({ text }) => /server_reported_pct .* includes today/.test(text))).toHaveLength(1);
  });

  it("a failed series leaves nothing but what the service states itself", () => {
    const bare = summariseUsage({ windows: month, usage: failed() });
    expect(bare.result).toMatchObject({
      total_cost_usd: null,
      today_so_far_usd: null,
      avg_complete_day_usd: null,
      requests: null,
      cost_per_request_usd: null,
      change: { cost: { pct: null, word: "unknown" } },
    });
    expect(bare.notes.map((note) => note.code)).toEqual(["sub_call_failed"]);
    const stated = { ...reported, costUsd: 10, requests: 4, totalTokens: 2_000 };
    const { result } = summariseUsage({ windows: month, usage: failed(), reported: ok(stated) });
    expect(result).toMatchObject({ total_cost_usd: 10, lower_bound: false, requests: 4, cost_per_request_usd: 2.5 });
    expect(result.tokens).toEqual({ input: null, output: null, total: 2_000 });
  });

  it("degraded zeros are unknown and nothing is compared", () => {
    const rows = rowsFrom(
      "2026-09-24",
      Array.from({ length: 61 }, () => 0),
    ).map((row) => ({ ...row, requests: 0 }));
    const series = seriesFor(month, rows, now, { degraded: true });
    const zeros = { ...reported, costUsd: 0, requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 };
    const { result, notes } = summariseUsage({ windows: month, usage: ok(series, true), reported: ok(zeros, true) });
    expect(result).toMatchObject({ total_cost_usd: null, requests: null, today_so_far_usd: null });
    expect(result.avg_complete_day_usd).toBeNull();
    expect(result.change.cost.word).toBe("unknown");
    expect(notes.some((note) => note.code === "degraded_source")).toBe(true);
  });

  it("row 36 says both totals when the service's own differs from its rows", () => {
    const series = seriesFor(
      month,
      rowsFrom(
        "2026-09-24",
        Array.from({ length: 61 }, () => 1),
      ),
      now,
    );
    const { result, notes } = summariseUsage({
      windows: month,
      usage: ok(series),
      reported: ok({ ...reported, costUsd: 31 }),
    });
    expect(result.total_cost_usd).toBe(30);
    expect(notes).toContainEqual({
      code: "window_mismatch",
      text: "Reported total $31.00 differs from the daily rows, $30.00; the rows are used.",
    });
  });

  it("says so for counts too", () => {
    const series = seriesFor(
      month,
      rowsFrom(
        "2026-09-24",
        Array.from({ length: 61 }, () => 1),
      ),
      now,
    );
    const stated = { ...reported, requests: 310, inputTokens: 29_990, outputTokens: 10 };
    const { result, notes } = summariseUsage({ windows: month, usage: ok(series), reported: ok(stated) });
    expect(result.requests).toBe(300);
    expect(notes.map((note) => note.text)).toContain(
      "Reported number of requests 310 differs from the daily rows, 300; the rows are used.",
    );
    expect(notes.filter((note) => note.code === "window_mismatch")).toHaveLength(1);
  });

  it.each([
    ["all of the rows", 24_000, 6_000, 30_000, { input: 24_000, output: 6_000, total: 30_000 }, []],
    [
      "another sum",
      480,
      120,
      600,
      { input: null, output: null, total: 30_000 },
      [
        "Reported number of tokens 600 differs from the daily rows, 30000; the rows are used.",
        "Input and output tokens are reported as 600 in all, not the total shown, and are left out.",
      ],
    ],
    [
      "one token less",
      23_999,
      6_000,
      29_999,
      { input: null, output: null, total: 30_000 },
      ["Input and output tokens are reported as 29999 in all, not the total shown, and are left out."],
    ],
    ["no split", null, null, 30_010, { input: null, output: null, total: 30_000 }, []],
  ])("tokens that are split into %s", (_, inputTokens, outputTokens, totalTokens, tokens, texts) => {
    const series = seriesFor(month, rowsFrom("2026-09-24", Array(61).fill(1)), now);
    const stated = { ...reported, inputTokens, outputTokens, totalTokens };
    const { result, notes } = summariseUsage({ windows: month, usage: ok(series), reported: ok(stated) });
    expect(result.tokens).toEqual(tokens);
    expect(notes.filter(({ code }) => code === "window_mismatch").map(({ text }) => text)).toEqual(texts);
  });

  it("an incomplete series is a lower bound unless the service states the total", () => {
    const rows = rowsFrom("2026-10-25", [...Array.from({ length: 10 }, () => 1)]);
    const series = seriesFor(month, rows, now, { truncated: true });
    const alone = summariseUsage({ windows: month, usage: ok(series) });
    expect(alone.result).toMatchObject({ total_cost_usd: 10, lower_bound: true, cost_per_request_usd: null });
    expect(alone.notes.map((note) => note.code)).toContain("lower_bound");
    const helped = summariseUsage({ windows: month, usage: ok(series), reported: ok({ ...reported, costUsd: 25 }) });
    expect(helped.result).toMatchObject({ total_cost_usd: 25, lower_bound: false });
  });

  it("credits lower the total and are shown", () => {
    const week = resolveWindows({ period: "7d", now });
    const series = seriesFor(week, rowsFrom("2026-11-09", [...Array.from({ length: 12 }, () => 10), -4, 10, 10]), now);
    const { result } = summariseUsage({ windows: week, usage: ok(series) });
    expect(result).toMatchObject({ total_cost_usd: 56, gross_cost_usd: 60, credits_usd: -4 });
  });

  it.each([
    ["adds up to it", 240_000, 60_000, { input: 240_000, output: 60_000, total: 300_000 }],
    ["is of another window", 480, 120, { input: null, output: null, total: 300_000 }],
  ])("a split of tokens stands beside the total only when it %s", (_what, inputTokens, outputTokens, tokens) => {
    const rows = rowsFrom(
      "2026-09-24",
      Array.from({ length: 61 }, () => 1),
    ).map((row) => ({ ...row, tokens: 10_000 }));
    const stated = { ...reported, inputTokens, outputTokens };
    const { result } = summariseUsage({ windows: month, usage: ok(seriesFor(month, rows, now)), reported: ok(stated) });
    expect(result.tokens).toEqual(tokens);
  });

  it("leaves out the service's own change of 24h, which sets a part of a day against a whole one", () => {
    const day = resolveWindows({ period: "24h", now });
    const series = seriesFor(day, rowsFrom("2026-11-15", [50, 0, 0, 0, 0, 0, 0, 60, 7]), now);
    const stated = { ...reported, changePct: { cost: -67.1, requests: -60 } };
    const { result } = summariseUsage({ windows: day, usage: ok(series), reported: ok(stated) });
    expect(result).not.toHaveProperty("server_reported_pct");
  });

  it("24h keeps yesterday and today apart", () => {
    const day = resolveWindows({ period: "24h", now });
    const series = seriesFor(day, rowsFrom("2026-11-15", [50, 0, 0, 0, 0, 0, 0, 60, 7]), now);
    const { result } = summariseUsage({ windows: day, usage: ok(series) });
    expect(result).toMatchObject({
      total_cost_usd: 7,
      today_so_far_usd: 7,
      yesterday_usd: 60,
      avg_complete_day_usd: null,
    });
    expect(result.change.cost).toEqual({ pct: 20, word: "up" });
  });
});
