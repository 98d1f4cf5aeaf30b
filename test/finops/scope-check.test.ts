import { describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import { recentDays } from "../../src/finops/recent-days.ts";
import { checkScope, type Scope } from "../../src/finops/scope-check.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";
import { pattern, repeat, WEEK } from "./constructed-series.ts";
import { rowsFrom } from "./usage-fixture.ts";

const WORKSPACE: Scope = { type: "workspace", id: null, name: null };
const AGENT: Scope = { type: "agent", id: "a1", name: "Research Agent" };
/** A Thursday; the day before is the last complete one. */
const now = new Date("2026-11-19T10:00:00Z");
const today = "2026-11-19";

function series(costs: readonly (number | null)[], options: { todayUsd?: number; scopeStart?: "first_use" } = {}) {
  const from = addDays(today, -costs.length);
  const rows = rowsFrom(from, [...costs, options.todayUsd ?? null]);
  return normaliseUsage(rows, { span: { from, to: today }, now, ...options });
}

const lastWeek = { from: addDays(today, -7), to: addDays(today, -1) };

describe("checking one scope", () => {
  it("DX-3 tells the spike with its expectation, range, confidence and severity", () => {
    // 24 days from a Monday end on a Wednesday.
    const check = checkScope(WORKSPACE, series(pattern(WEEK, 24, { 23: 320 }), { todayUsd: 40 }), lastWeek);
    expect(check.judgedDays).toBe(7);
    expect(check.episodes).toEqual([
      {
        scope: { type: "workspace" },
        kind: "spike",
        start: "2026-11-18",
        end: "2026-11-18",
        days: 1,
        ongoing: true,
        actual_usd: 320,
        expected_usd: 98,
        range_usd: { low: 85.22, high: 112.6 },
        impact_usd: 222,
        impact_pct: 226.5,
        z: 11.11,
        confidence: "high",
        severity: "high",
        profile: "weekend",
        history_days: 23,
      },
    ]);
    expect(check.today).toMatchObject({ so_far_usd: 40, is_alert: false });
  });

  it("DX-4 the same week without the event is quiet", () => {
    expect(checkScope(WORKSPACE, series(pattern(WEEK, 24)), lastWeek)).toMatchObject({ judgedDays: 7, episodes: [] });
  });

  it("tells the days inside an episode that none of its amounts hold", () => {
    const costs = [...repeat(24, 20), 60, -5, 65, 60];
    const [episode] = checkScope(WORKSPACE, series(costs), lastWeek).episodes;
    expect(episode).toMatchObject({
      start: "2026-11-15",
      end: "2026-11-18",
      days: 3,
      days_left_out: 1,
      actual_usd: 185,
    });
    const [plain] = checkScope(WORKSPACE, series([...repeat(24, 20), 60, 60, 65, 60]), lastWeek).episodes;
    expect(plain).not.toHaveProperty("days_left_out");
  });

  it("AD-1 today may be called high early", () => {
    const wednesday = new Date("2026-11-18T10:00:00Z");
    const rows = rowsFrom(addDays("2026-11-18", -23), [...pattern(WEEK, 23), 151]);
    const open = normaliseUsage(rows, { span: { from: addDays("2026-11-18", -23), to: "2026-11-18" }, now: wednesday });
    const { today: alert } = checkScope(WORKSPACE, open, lastWeek);
    expect(alert).toEqual({ so_far_usd: 151, expected_full_day_usd: 98, alert_line_usd: 150.78, is_alert: true });
  });

  it("leaves out episodes that ended before the window", () => {
    const costs = pattern(WEEK, 52, { 30: 900 });
    expect(checkScope(WORKSPACE, series(costs), lastWeek).episodes).toEqual([]);
    expect(
      checkScope(WORKSPACE, series(costs), { from: addDays(today, -30), to: addDays(today, -1) }).episodes,
    ).toHaveLength(1);
  });

  it("of an entity a call of low confidence needs a high severity, of the workspace it does not", () => {
    const day = (i: number) => 20 + ((i % 3) - 1);
    const steady = Array.from({ length: 61 }, (_, i) => day(i));
    const found = (costs: readonly number[]) =>
      [WORKSPACE, AGENT].map((scope) => checkScope(scope, series(costs), lastWeek).episodes);
    const [own, ofAgent] = found([...steady, 31.2]);
    expect(own).toMatchObject([{ confidence: "low", severity: "low" }]);
    expect(ofAgent).toEqual([]);
    for (const [costs, of] of [
      [[...steady, 40], { confidence: "medium", severity: "medium" }],
      [[...repeat(8, 20), 36.2], { confidence: "low", severity: "high" }],
    ] as const) {
      for (const episodes of found(costs)) expect(episodes).toMatchObject([of]);
    }
  });

  it("a stop before a weekend is one episode, whatever the days without expectation between", () => {
    const office = [100, 104, 98, 102, 96, 0, 0];
    // 45 days from a Monday end on a Wednesday: Thursday, Friday, then Monday to Wednesday are missed.
    const costs = pattern(office, 45, Object.fromEntries(Array.from({ length: 7 }, (_, i) => [38 + i, 0])));
    const check = checkScope(AGENT, series(costs), lastWeek);
    expect(check.episodes).toMatchObject([{ kind: "stopped", actual_usd: 0, ongoing: true, impact_pct: -100 }]);
    const [{ days, start, end } = { days: 0, start: "", end: "" }] = check.episodes;
    expect([start, end]).toEqual([addDays(today, -7), addDays(today, -1)]);
    expect(days).toBe(5);
  });

  it("names new spend of a scope that was first used in the window", () => {
    const costs = [...Array.from({ length: 40 }, () => null), 10, 12, 11];
    const check = checkScope(AGENT, series(costs, { scopeStart: "first_use" }), lastWeek);
    expect(check.judgedDays).toBe(0);
    expect(check.episodes).toEqual([
      expect.objectContaining({
        scope: { type: "agent", id: "a1", name: "Research Agent" },
        kind: "new_spend",
        start: "2026-11-16",
        impact_usd: 33,
        impact_pct: null,
        ongoing: true,
      }),
    ]);
  });

  it("zeros in front of the first use are no history, sent or not", () => {
    const long = series([...repeat(40, 0), ...pattern(WEEK, 24, { 23: 320 })]);
    const days = long.days.map((day) => (day.costMicro === 0 ? { ...day, requests: 0, tokens: 0 } : day));
    const sent = checkScope(WORKSPACE, { ...long, days }, lastWeek);
    const absent = checkScope(WORKSPACE, series(pattern(WEEK, 24, { 23: 320 })), lastWeek);
    expect(sent.episodes).toEqual(absent.episodes);
    expect(sent.episodes[0]).toMatchObject({ start: "2026-11-18", history_days: 23 });
  });

  it("judges nothing on under seven days of history", () => {
    expect(checkScope(WORKSPACE, series(repeat(6, 20)), lastWeek)).toMatchObject({
      judgedDays: 0,
      episodes: [],
      today: null,
    });
  });
});

describe("the newest days of a series", () => {
  it("are the same days, judged the same", () => {
    const long = series(pattern(WEEK, 200));
    const short = recentDays(long, 91);
    expect(short.days).toEqual(long.days.slice(-91));
    expect(short.span).toEqual({ from: addDays(today, -90), to: today });
    expect(recentDays(short, 1_000)).toEqual(short);
  });
});
