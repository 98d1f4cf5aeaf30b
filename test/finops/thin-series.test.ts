import { describe, expect, it } from "vitest";
import { eachBucket } from "../../src/finops/buckets.ts";
import { addDays } from "../../src/finops/day.ts";
import { thinSeries } from "../../src/finops/thin-series.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";

const NOW = new Date("2026-11-20T10:00:00Z");
const FIRST = "2026-05-21";
const DAYS = 184;

/** Days from a Thursday to today; `value` by position. */
function days(value: (i: number) => number | null) {
  return Array.from({ length: DAYS }, (_, i) => ({
    bucket: addDays(FIRST, i),
    value: value(i),
    complete: i < DAYS - 1,
  }));
}

function usage(requests: (i: number) => number, cost: (i: number) => number) {
  const rows = Array.from({ length: DAYS }, (_, i) => ({
    date: addDays(FIRST, i),
    costUsd: cost(i),
    requests: requests(i),
    tokens: 1,
  }));
  return normaliseUsage(rows, { span: { from: FIRST, to: "2026-11-20" }, now: NOW });
}

describe("thinSeries", () => {
  it("leaves up to 95 days and 168 hours alone", () => {
    const short = days(() => 1).slice(-95);
    expect(thinSeries({ metric: "cost", granularity: "day", points: short }, null)).toEqual({
      result: { step: "day", points: short },
      notes: [],
    });
  });

  it("adds days up to weeks from Monday that keep the total, and says that the first and last are short", () => {
    const { result, notes } = thinSeries({ metric: "cost", granularity: "day", points: days(() => 2) }, null);
    expect(result.step).toBe("week");
    expect(result.points[0]).toEqual({ bucket: "2026-05-18", value: 8, complete: true });
    expect(result.points[1]).toEqual({ bucket: "2026-05-25", value: 14, complete: true });
    expect(result.points.at(-1)).toEqual({ bucket: "2026-11-16", value: 10, complete: false });
    expect(result.points.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(2 * DAYS);
    expect(notes[0]?.text).toContain("the first week holds 4 of its days");
  });

  it("keeps a week with an unknown day unknown", () => {
    const { result } = thinSeries(
      { metric: "tokens", granularity: "day", points: days((i) => (i === 5 ? null : 1)) },
      null,
    );
    expect(result.points.map(({ value }) => value).slice(0, 3)).toEqual([4, null, 7]);
  });

  it("weighs ratios instead of averaging averages", () => {
    const isBusy = (i: number) => i % 7 === 0;
    const weights = usage(
      (i) => (isBusy(i) ? 1_000 : 10),
      () => 1,
    );
    const success = thinSeries(
      { metric: "success_rate", granularity: "day", points: days((i) => (isBusy(i) ? 99 : 50)) },
      weights,
    );
    expect(success.result.points[1]?.value).toBe(96.23);
    const ratio = thinSeries({ metric: "avg_cost_per_req", granularity: "day", points: days(() => 0.5) }, weights);
    expect(ratio.result.points[1]?.value).toBe(0.006604);
  });

  it.each([
    ["latency", "day", 95],
    ["cost", "hour", 168],
  ] as const)("cuts %s by %s to the newest %i points and says so", (metric, granularity, shown) => {
    const points =
      granularity === "day"
        ? days((i) => i)
        : eachBucket(new Date("2026-10-22T00:00:00Z"), NOW, "hour").map((bucket) => ({
            bucket,
            value: 1,
            complete: true,
          }));
    const { result, notes } = thinSeries({ metric, granularity, points }, null);
    expect(result).toEqual({ step: granularity, points: points.slice(-shown) });
    expect(notes[0]).toMatchObject({ code: "truncated_rows" });
    expect(notes[0]?.text).toContain(`Of ${points.length} ${granularity}s only the newest ${shown}`);
  });
});
