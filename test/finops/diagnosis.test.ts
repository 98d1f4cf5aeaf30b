import { describe, expect, it } from "vitest";
import { addDays } from "../../src/finops/day.ts";
import { type DiagnosisInput, diagnose } from "../../src/finops/diagnosis.ts";
import type { ModelRow } from "../../src/finops/entity-cost.ts";
import { checkScope } from "../../src/finops/scope-check.ts";
import { normaliseUsage } from "../../src/finops/usage.ts";
import { resolveWindows } from "../../src/finops/window.ts";
import { repeat } from "./constructed-series.ts";
import { cut, failed, ok, rowsFrom } from "./usage-fixture.ts";

const now = new Date("2026-11-20T10:00:00Z");
const windows = resolveWindows({ period: "7d", now });
const current = windows.current ?? { from: "", to: "" };
const NO_MODELS = { current: failed<ModelRow[]>(), previous: failed<ModelRow[]>() };

function series(costs: readonly number[]) {
  const from = addDays("2026-11-20", -costs.length);
  return normaliseUsage(rowsFrom(from, costs), { span: { from, to: "2026-11-20" }, now });
}

function input(costs: readonly number[] | null, more: Partial<DiagnosisInput> = {}): DiagnosisInput {
  const usage = costs && series(costs);
  return {
    windows,
    usage: usage ? ok(usage) : failed(),
    checks: usage ? [checkScope({ type: "workspace", id: null, name: null }, usage, current)] : [],
    cuts: {},
    models: NO_MODELS,
    episode: null,
    limits: { episodes: 5, movers: 5 },
    ...more,
  };
}

describe("a diagnosis", () => {
  it("of a steady workspace holds no episode and says how much was checked", () => {
    const { result } = diagnose(input(repeat(60, 20)));
    expect(result).toMatchObject({
      episodes: [],
      more_episodes: 0,
      change: { current_usd: 140, previous_usd: 140, delta_usd: 0, pct: 0, word: "unchanged" },
      causes: null,
      price_volume_mix: null,
      checked: { days: 7, entities: 0, not_judged: 0 },
    });
  });

  it("without the series nothing counts as checked, and the total is at least its largest cut", () => {
    const cuts = { agent: { current: ok(cut({ a: 9.2 })), previous: ok(cut({ a: 5 })) } };
    const { result, notes } = diagnose(input(null, { cuts }));
    expect(result.checked).toEqual({ days: null, entities: 0, not_judged: 0 });
    expect(result.change).toEqual({
      current_usd: null,
      previous_usd: null,
      delta_usd: null,
      pct: null,
      word: "unknown",
    });
    expect(result.movers).toMatchObject({ agent: { rows: [{ delta_usd: 4.2 }] } });
    expect(notes.map(({ text }) => text)).toContain(
      "The usage series is missing: the total is at least $9.20, the sum by agent.",
    );
  });

  it("a young workspace is not judged, which is not the same as calm", () => {
    const { result, notes } = diagnose(input([20, 20, 300]));
    expect(result.checked.days).toBe(0);
    expect(notes.map(({ code }) => code)).toContain("short_history");
  });

  it("explains the largest rise by its own days, and else the change between the windows", () => {
    const costs = [...repeat(56, 20), 20, 20, 120, 20];
    const cuts = { agent: { current: ok(cut({ a: 140, b: 100 })), previous: ok(cut({ a: 70, b: 70 })) } };
    const plain = input(costs, { cuts });
    const [episode] = plain.checks[0]?.episodes ?? [];
    if (!episode) throw new Error("the rise was not found");
    expect(diagnose(plain).result.causes).toMatchObject({ of: "window_change", dimension: "agent", change_usd: 100 });
    const before = { from: addDays(episode.start, -28), to: addDays(episode.start, -1) };
    const days = { agent: { during: ok(cut({ a: 115, b: 5 })), before: ok(cut({ a: 280, b: 280 })) } };
    const explained = diagnose({ ...plain, episode: { episode, before, cuts: days } }).result.causes;
    expect(explained).toMatchObject({
      of: "episode",
      from: episode.start,
      to: episode.end,
      change_usd: 100,
      drivers: [{ id: "a", delta_usd: 105 }],
      other: { delta_usd: -5 },
    });
  });

  it("counts the episodes it does not show", () => {
    const costs = [...repeat(50, 20), 90, 20, 20, 95, 20, 20, 99];
    const { result } = diagnose(input(costs, { limits: { episodes: 1, movers: 1 } }));
    expect(result.episodes).toHaveLength(1);
    expect(result.more_episodes).toBe(2);
    expect(result.episodes[0]).toMatchObject({ impact_usd: 79 });
  });
});
