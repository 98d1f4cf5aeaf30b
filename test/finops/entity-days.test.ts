import { describe, expect, it } from "vitest";
import { entityDays } from "../../src/finops/entity-days.ts";
import { toMicro } from "../../src/finops/money.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";
import { rowsFrom } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const span = { from: "2026-11-18", to: "2026-11-20" };

describe("one entity day by day", () => {
  it("is reconciled with its cost in the breakdown", () => {
    const series = normaliseUsage(rowsFrom("2026-11-18", [5, 6, 1]), { span, now });
    expect(entityDays(series, span, toMicro(12.5), 31)).toEqual({
      result: {
        dates: ["2026-11-18", "2026-11-19", "2026-11-20"],
        cost_usd: [5, 6, 1],
        requests: [10, 10, 10],
        omitted_days: 0,
        total_cost_usd: 12,
        unattributed_usd: 0.5,
      },
      notes: [],
    });
  });

  it("shows the newest days and sums all", () => {
    const series = normaliseUsage(rowsFrom("2026-11-18", [5, 6, 1]), { span, now });
    const { result } = entityDays(series, span, null, 1);
    expect(result).toMatchObject({
      dates: ["2026-11-20"],
      omitted_days: 2,
      total_cost_usd: 12,
      unattributed_usd: null,
    });
  });

  it("unknown days make the sum a lower bound and leave no remainder", () => {
    const series = normaliseUsage(rowsFrom("2026-11-18", [5, null, 1]), { span, now, degraded: true });
    const { result, notes } = entityDays(series, span, toMicro(12), 31);
    expect(result).toMatchObject({ cost_usd: [5, null, 1], total_cost_usd: 6, unattributed_usd: null });
    expect(notes.map(({ code }) => code)).toEqual(["lower_bound"]);
  });
});
