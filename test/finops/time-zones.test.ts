import { afterAll, describe, expect, it } from "vitest";
import { buildBasis } from "../../src/finops/basis.ts";
import { budgetUse, spentInWindow } from "../../src/finops/budget.ts";
import { calendarWindow, windowEndingAt } from "../../src/finops/budget-window.ts";
import { comparePeriods } from "../../src/finops/compare.ts";
import { dailyStats } from "../../src/finops/daily.ts";
import { addDays, addMonths, dayOf, weekday } from "../../src/finops/day.ts";
import { findIdle } from "../../src/finops/idle.ts";
import { toMicro } from "../../src/finops/money.ts";
import { readTimeseries } from "../../src/finops/timeseries.ts";
import { completeDaysUsd } from "../../src/finops/usage-sum.ts";
import { summariseUsage } from "../../src/finops/usage-summary.ts";
import { type Period, resolveWindows } from "../../src/finops/window.ts";
import { ok, rowsFrom, seriesFor } from "./usage-fixture.ts";

const PERIODS: readonly Period[] = ["24h", "7d", "30d", "billing_cycle"];

// Clock changes in New York, Europe and Auckland, month ends, and the hours in which zones disagree on the date.
const INSTANTS = [
  "2026-03-08T06:59:59Z",
  "2026-03-08T07:00:00Z",
  "2026-03-29T01:00:00Z",
  "2026-04-05T00:30:00Z",
  "2026-09-27T12:00:00Z",
  "2026-10-25T01:00:00Z",
  "2026-11-01T05:59:59Z",
  "2026-11-20T23:59:59Z",
  "2026-12-31T23:30:00Z",
  "2028-03-31T00:10:00Z",
];

function everything(instant: string): unknown {
  const now = new Date(instant);
  const today = dayOf(now);
  const rows = rowsFrom(
    addDays(today, -70),
    Array.from({ length: 71 }, (_, i) => (i % 9 === 4 ? null : 10 + (i % 7))),
  );
  const windows = PERIODS.map((period) =>
    resolveWindows({ period, now, cycleStart: addDays(addMonths(today, -1), 3) }),
  );
  const month = calendarWindow("monthly", now);
  const endings = (["daily", "weekly", "monthly", "yearly"] as const).map((period) => windowEndingAt(now, period, now));
  return windows.map((each) => {
    const series = seriesFor(each, rows, now);
    const hours = Array.from({ length: 30 }, (_, i) => ({
      bucket: new Date(now.getTime() - i * 3_600_000).toISOString(),
      value: i,
    }));
    const key = { id: "k", name: null, status: "active", createdAt: new Date("2026-01-01T00:00:00Z") };
    return {
      basis: buildBasis({ windows: each, now, source: ["usage_series"] }),
      summary: summariseUsage({ windows: each, usage: ok(series) }),
      daily: dailyStats({ windows: each, series }),
      compare: comparePeriods({ windows: each, series }),
      statistics: completeDaysUsd(series),
      budget: budgetUse({ budget: toMicro(500), spent: spentInWindow(series, month, now), window: month, now }),
      endings,
      months: [1, -1, 12].map((n) => [addMonths(today, n), weekday(addMonths(today, n))]),
      idle: findIdle({
        windows: each,
        now,
        keys: ok({
          rows: [
            { ...key, lastUsedAt: new Date(now.getTime() - 8 * 86_400_000), spendUsd: 0, spendFrom: null, capUsd: 5 },
          ],
          total: 1,
          complete: true,
        }),
      }),
      series: readTimeseries({ metric: "requests", granularity: "hour", points: hours, now, usage: null }),
    };
  });
}

describe("time zones of the process", () => {
  const home = process.env.TZ;
  afterAll(() => {
    if (home === undefined) delete process.env.TZ;
    else process.env.TZ = home;
  });

  it.each(INSTANTS)("at %s every figure is the same in UTC, New York and Auckland", (instant) => {
    const results = ["UTC", "America/New_York", "Pacific/Auckland"].map((zone) => {
      process.env.TZ = zone;
      expect(new Date("2026-07-01T00:00:00Z").getTimezoneOffset()).toBe(
        { UTC: 0, "America/New_York": 240, "Pacific/Auckland": -720 }[zone],
      );
      return JSON.stringify(everything(instant));
    });
    expect(new Set(results).size).toBe(1);
  });
});
