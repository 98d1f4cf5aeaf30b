import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFailedNote } from "../../src/finops/basis.ts";
import { costByModel } from "../../src/finops/by-model.ts";
import { comparePeriods } from "../../src/finops/compare.ts";
import { dailyStats } from "../../src/finops/daily.ts";
import { drillDown } from "../../src/finops/drill-down.ts";
import type { EntityCost, EntityList } from "../../src/finops/entity-cost.ts";
import { findIdle } from "../../src/finops/idle.ts";
import { type Micro, toMicro, toMicroOrNull, toUsd } from "../../src/finops/money.ts";
import { movers } from "../../src/finops/movers.ts";
import { FAILURE_REASONS, type Part } from "../../src/finops/part.ts";
import { summariseUsage } from "../../src/finops/usage-summary.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { ok, rowsFrom, seriesFor } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const windows = resolveWindows({ period: "7d", now });

const micro = fc.integer({ min: -50_000_000, max: 5_000_000_000 });
const entities = fc
  .dictionary(fc.string({ minLength: 1, maxLength: 4 }), micro, { maxKeys: 30 })
  .map((costs): EntityCost[] =>
    Object.entries(costs).map(([id, cost]) => ({ id, name: null, costUsd: toUsd(cost), requests: Math.abs(cost) % 7 })),
  );
const total = fc.option(fc.integer({ min: -10_000_000, max: 50_000_000_000 }), { nil: null });
const limit = fc.integer({ min: 0, max: 12 });

const listOf = (rows: readonly EntityCost[], complete = true): EntityList => ({ rows, complete });
const parts = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(entities, fc.boolean(), fc.boolean()) },
  { weight: 1, arbitrary: fc.constantFrom(...FAILURE_REASONS) },
);

function partOf(drawn: string | readonly [EntityCost[], boolean, boolean]): Part<EntityList> {
  if (typeof drawn !== "string") return ok(listOf(drawn[0], drawn[1]), drawn[2]);
  const reason = FAILURE_REASONS.find((each) => each === drawn) ?? "upstream";
  return { status: "failed", reason };
}

function sumMicroUsd(amounts: readonly (number | null)[]): Micro {
  return amounts.reduce<number>((acc, usd) => acc + toMicro(usd ?? 0), 0);
}

describe("properties", () => {
  it("rows + other + unattributed = total, exactly, and shares add up", () => {
    fc.assert(
      fc.property(entities, total, limit, (rows, sum, cutAt) => {
        const { result } = drillDown({ list: listOf(rows), total: sum, limit: cutAt });
        const told = sumMicroUsd([...result.rows.map((row) => row.cost_usd), result.other.cost_usd]);
        expect(toMicroOrNull(result.unattributed_usd)).toBe(sum === null ? null : sum - told);
        const isBlind = sum === null && rows.length > 0 && rows.every(({ costUsd }) => costUsd === null);
        expect(result.total_cost_usd === null).toBe(isBlind);
        if (!isBlind) expect(toMicroOrNull(result.total_cost_usd)).toBe(sum ?? told);
        expect(result.rows.length + result.other.count).toBe(rows.length);
        const shares = [
          ...result.rows.map((row) => row.share_pct),
          result.other.share_pct,
          result.unattributed_pct ?? 0,
        ];
        if (shares.every((share) => share !== null)) {
          const tenths = shares.reduce<number>((acc, share) => acc + Math.round(10 * (share ?? 0)), 0);
          expect(Math.abs(tenths - 1000)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("rows + other + unattributed change = change of the total, exactly", () => {
    fc.assert(
      fc.property(entities, entities, micro, micro, limit, (a, b, totalCurrent, totalPrevious, cutAt) => {
        const sides = { current: ok(listOf(a)), previous: ok(listOf(b)) };
        const { result } = movers({ ...sides, totalCurrent, totalPrevious, limit: cutAt });
        const told = sumMicroUsd([...result.rows.map((row) => row.delta_usd), result.other.delta_usd]);
        expect(told + toMicro(result.unattributed_delta_usd ?? Number.NaN)).toBe(totalCurrent - totalPrevious);
        const union = new Set([...a, ...b].map((row) => row.id));
        expect(result.rows.length + result.other.count).toBe(union.size);
      }),
    );
  });

  it("no output is NaN or infinite, whatever fails, and failed sides leave no verdict", () => {
    fc.assert(
      fc.property(parts, parts, total, total, (drawnA, drawnB, totalCurrent, totalPrevious) => {
        const [current, previous] = [partOf(drawnA), partOf(drawnB)];
        const moved = movers({ current, previous, totalCurrent, totalPrevious });
        const list = current.status === "ok" ? current.data : listOf([], false);
        const drilled = drillDown({ list, total: totalCurrent, comparison: { current, previous }, limit: 5 });
        expectFinite([moved, drilled]);
        const words = [
          ...moved.result.rows.map((row) => row.word),
          ...drilled.result.rows.map((row) => row.change.word),
        ];
        if (current.status === "failed" || previous.status === "failed") {
          expect(new Set(words).size === 0 || words.every((word) => word === "unknown")).toBe(true);
          expect(moved.notes.some(isFailedNote)).toBe(true);
          expect(moved.result.other.delta_usd).toBeNull();
        }
        if (previous.status === "ok" && !previous.data.complete) expect(words).not.toContain("new");
        if (current.status === "ok" && !current.data.complete) expect(words).not.toContain("stopped");
      }),
    );
  });

  it("the order of entities never matters, nor an entity without money", () => {
    fc.assert(
      fc.property(entities, entities, limit, (a, b, cutAt) => {
        const input = { totalCurrent: toMicro(100), totalPrevious: toMicro(50), limit: cutAt };
        const straight = movers({ ...input, current: ok(listOf(a)), previous: ok(listOf(b)) });
        const mirrored = { current: ok(listOf([...a].reverse())), previous: ok(listOf([...b].reverse())) };
        expect(movers({ ...input, ...mirrored })).toEqual(straight);
        const zero = { id: "no money", name: null, costUsd: 0, requests: 0 };
        const more = movers({ ...input, current: ok(listOf([...a, zero])), previous: ok(listOf(b)) });
        expect(more.result.rows).toEqual(straight.result.rows);
        const drill = (rows: EntityCost[]) => drillDown({ list: listOf(rows), total: toMicro(100), limit: cutAt });
        expect(drill([...a].reverse())).toEqual(drill(a));
      }),
    );
  });

  it("splitting a model into two rows changes nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (a, b) => {
        fc.pre(a !== b);
        const model = (cost: number) => ({ provider: "p", model: "m", costUsd: toUsd(cost), requests: 2, tokens: 10 });
        const whole = { ...model(a + b), requests: 4, tokens: 20 };
        const split = costByModel({ rows: [model(a), model(b)], total: a + b, limit: 5 });
        expect(split).toEqual(costByModel({ rows: [whole], total: a + b, limit: 5 }));
      }),
    );
  });

  const costs = fc.array(fc.option(fc.integer({ min: 0, max: 500_000 }), { nil: null }), {
    minLength: 15,
    maxLength: 15,
  });
  const inUsd = (cents: readonly (number | null)[], times = 1) =>
    rowsFrom(
      "2026-11-06",
      cents.map((cost) => (cost === null ? null : (times * cost) / 100)),
    );

  it("today's figure moves no average, no change and no comparison", () => {
    fc.assert(
      fc.property(costs, fc.integer({ min: 0, max: 900_000 }), (cents, today) => {
        const series = (last: number) => seriesFor(windows, inUsd([...cents.slice(0, 14), last]), now);
        const [a, b] = [series(1), series(today)];
        const summary = (x: typeof a) => summariseUsage({ windows, usage: ok(x) }).result;
        const kept = ({ change, compared, avg_complete_day_usd }: ReturnType<typeof summary>) => ({
          change: change.cost,
          compared,
          avg_complete_day_usd,
        });
        expect(kept(summary(a))).toEqual(kept(summary(b)));
        const compared = (x: typeof a) => ({ ...comparePeriods({ windows, series: x }).result, today_so_far_usd: 0 });
        expect(compared(a)).toEqual(compared(b));
      }),
    );
  });

  it("a hundredfold of all amounts keeps every percentage and word", () => {
    fc.assert(
      fc.property(costs, fc.boolean(), (cents, degraded) => {
        const summary = (times: number) =>
          summariseUsage({ windows, usage: ok(seriesFor(windows, inUsd(cents, times), now, { degraded }), degraded) })
            .result;
        const [one, hundred] = [summary(1), summary(100)];
        expect(hundred.change).toEqual(one.change);
        expect(toMicro(hundred.total_cost_usd ?? 0)).toBe(100 * toMicro(one.total_cost_usd ?? 0));
        expectFinite([one, hundred]);
      }),
    );
  });

  it("all dates a week later give the same figures", () => {
    fc.assert(
      fc.property(costs, (cents) => {
        const later = new Date(now.getTime() + 7 * 86_400_000);
        const laterWindows = resolveWindows({ period: "7d", now: later });
        const rows = rowsFrom(
          "2026-11-13",
          cents.map((cost) => (cost === null ? null : cost / 100)),
        );
        const here = summariseUsage({ windows, usage: ok(seriesFor(windows, inUsd(cents), now)) });
        const there = summariseUsage({ windows: laterWindows, usage: ok(seriesFor(laterWindows, rows, later)) });
        expect(there.result).toEqual(here.result);
      }),
    );
  });

  it("days add up to the window total", () => {
    fc.assert(
      fc.property(costs, fc.boolean(), (cents, degraded) => {
        const { result } = dailyStats({ windows, series: seriesFor(windows, inUsd(cents), now, { degraded }) });
        const told = sumMicroUsd(result.days.map((row) => row.cost_usd));
        expect(told).toBe(toMicro(result.window_total_usd ?? 0));
        const whole = toMicro(result.complete_total_usd ?? 0) + toMicro(result.today_so_far_usd ?? 0);
        expect(whole).toBe(told);
        expectFinite(result);
      }),
    );
  });

  it("cutting a list never produces a claim that there are none", () => {
    const keys = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(keys, (count) => {
        const rows = Array.from({ length: count }, (_, i) => ({
          id: `k${i}`,
          name: null,
          status: "active",
          createdAt: new Date("2026-01-01T00:00:00Z"),
          lastUsedAt: now,
          spendUsd: 1,
          spendFrom: null,
          capUsd: null,
        }));
        const { result, notes } = findIdle({ windows, now, keys: ok({ rows, total: 30, complete: false }) });
        expect(result.keys).toMatchObject({ truncated: true, scanned: count, total: 30 });
        expect(notes.map((note) => note.code)).toEqual(["truncated_rows"]);
      }),
    );
  });
});

function expectFinite(value: unknown): void {
  JSON.stringify(value, (_key, field: unknown) => {
    if (typeof field === "number") expect(Number.isFinite(field)).toBe(true);
    return field;
  });
}
