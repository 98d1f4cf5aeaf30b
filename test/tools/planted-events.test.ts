import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addDays, daysBetween } from "../../src/finops/day.ts";
import type { PlantedEvent } from "../../src/sandbox/types.ts";
import tool from "../../src/tools/manager/diagnose-cost-anomaly.ts";
import idleTool from "../../src/tools/manager/find-idle-resources.ts";
import budgetTool from "../../src/tools/manager/get-workspace-budget-status.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

/** A busy machine takes its time over twenty workspaces. */
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

interface Episode {
  readonly scope: { readonly type: string; readonly id?: string };
  readonly kind: string;
  readonly start: string;
  readonly impact_usd: number;
}

interface Driver {
  readonly id: string;
}

/** Twenty workspaces, each on another day, so that the events fall on every weekday; every second one is cut by member too. */
const WORKSPACES = Array.from({ length: 20 }, (_, i) => ({
  seed: i + 1,
  day: addDays("2026-11-09", i),
  costsMember: i % 2 === 0 ? ("off" as const) : ("on" as const),
}));

const KINDS = {
  spike: "spike",
  level_shift: "level_shift",
  new_entity: "new_spend",
  stopped_entity: "stopped",
} as const;
/** A change that falls on a weekend, when little is spent, can only be seen on the Monday. */
const LATEST_START = { spike: 0, level_shift: 4, new_entity: 0, stopped_entity: 2 } as const;
/** The level shift is three weeks old, so that the shorter window holds no trace of it. */
const FALLS_INTO = {
  "7d": ["spike", "new_entity", "stopped_entity"],
  "30d": ["spike", "level_shift", "new_entity", "stopped_entity"],
} as const;

function open(workspace: (typeof WORKSPACES)[number], quiet: boolean): Promise<SandboxHarness> {
  const { seed, day, costsMember } = workspace;
  const now = new Date(`${day}T12:00:00Z`);
  return withSandbox(
    "manager",
    { seed, quiet, now: () => now, switches: { costsMember } },
    { tools: [tool, idleTool, budgetTool] },
  );
}

describe.each(WORKSPACES)("the planted events of workspace $seed on $day, members $costsMember", (workspace) => {
  let harness: SandboxHarness;
  beforeAll(async () => {
    harness = await open(workspace, false);
  });
  afterAll(() => harness.close());

  const planted = (kind: PlantedEvent["kind"]): PlantedEvent => {
    const event = harness.sandbox.events.find((each) => each.kind === kind && each.scope !== "key");
    if (event === undefined) throw new Error(`no ${kind} was planted`);
    return event;
  };

  it.each(["7d", "30d"] as const)("over %s: each found, by entity, kind, day, order and cause", async (period) => {
    const { value } = await harness.call(tool.name, { period });
    const episodes: Episode[] = value.episodes;
    const places = FALLS_INTO[period].map((kind) => {
      const { entityId, from } = planted(kind);
      const found = episodes.find(({ scope }) => scope.id === entityId);
      expect([kind, found?.kind]).toEqual([kind, KINDS[kind]]);
      const late = daysBetween(from, found?.start ?? "");
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(LATEST_START[kind]);
      return episodes.findIndex(({ scope }) => scope.id === entityId);
    });
    const impacts = episodes.map(({ impact_usd }) => Math.abs(impact_usd));
    expect(impacts).toEqual([...impacts].sort((a, b) => b - a));
    // The spike, and the shift where it falls into the window, are larger than a newcomer and a stop.
    const [largest, ...others] = places;
    for (const place of others) expect(place).toBeGreaterThan(largest ?? Number.NaN);
    if (period === "30d") for (const place of places.slice(2)) expect(place).toBeGreaterThan(places[1] ?? Number.NaN);
    expect(
      episodes
        .slice(0, 2)
        .map(({ scope }) => scope.type)
        .sort(),
    ).toEqual(["agent", "workspace"]);

    const { causes } = value;
    expect(causes).toMatchObject({ of: "episode", from: planted("spike").from, to: planted("spike").from });
    const named = [causes.drivers[0], ...causes.also].map(({ id }: Driver) => id);
    expect(named).toContain(planted("spike").entityId);
  });

  it("the keys that are idle, never used, or a risk, by class, flag and order", () => expectKeys(harness));

  it("the workspace budget that runs out before the month ends", async () => {
    const { value } = await harness.call(budgetTool.name, {});
    const { prob, p50 } = value.run_out;
    expect(prob).toBeGreaterThan(0.5);
    expect(p50 < value.resets_at.slice(0, 10)).toBe(true);
    expect(value.budget_variance_usd).toBeGreaterThan(0);
  });

  it("over 30d: the price that rose is told by its model", async () => {
    const { value } = await harness.call(tool.name, { period: "30d" });
    const { entityId = "", from } = planted("price_change");
    const { from: first, to: last } = value.basis.compared_with;
    expect([first <= from, from <= last]).toEqual([true, true]);
    const { model, usd, pct } = value.price_volume_mix.largest_price_move;
    expect(model.split("/").at(-1)).toBe(entityId);
    expect(usd).toBeGreaterThan(0);
    // The price rose by 43 % within the window before, so that its mean rose by less.
    expect(pct).toBeGreaterThan(15);
    expect(pct).toBeLessThan(43);
  });
});

interface Classed {
  readonly id: string;
  readonly class: string;
}

interface Risk {
  readonly id: string;
  readonly name?: string;
  readonly flags: readonly string[];
  readonly at_risk_usd: number;
}

/** What is planted about configuration is there in a quiet workspace as well. */
async function expectKeys({ sandbox, call }: SandboxHarness): Promise<void> {
  const { value } = await call(idleTool.name, { period: "30d" });
  const of = (kind: PlantedEvent["kind"]) =>
    sandbox.events.flatMap((event) => (event.kind === kind ? (event.entityId ?? []) : [])).sort();
  const classed = (name: string) =>
    value.keys.rows.flatMap((row: Classed) => (row.class === name ? row.id : [])).sort();
  expect([classed("idle"), classed("never_used")]).toEqual([of("idle_key"), of("never_used_key")]);
  // The agent that stopped leaves a key whose cap is far above a use of nothing: true, and a consequence.
  const risks: Risk[] = value.risks.rows.filter(({ name }: Risk) => name !== "Lead-Scoring-Key");
  expect(risks.map(({ id }) => id).sort()).toEqual(of("risky_key"));
  const atRisk = risks.map(({ at_risk_usd }) => at_risk_usd);
  expect(atRisk).toEqual([...atRisk].sort((a, b) => b - a));
  expect(Math.min(...atRisk)).toBeGreaterThan(0);
  const notes = sandbox.events.filter(({ kind }) => kind === "risky_key");
  const flagOf = (words: string) =>
    risks.find(({ id }) => id === notes.find(({ note }) => note.includes(words))?.entityId);
  expect(flagOf("no budget")?.flags).toEqual(["no_budget", "no_expiry"]);
  expect(flagOf("alert only")?.flags).toEqual(["alert_only_fast"]);
  expect(flagOf("cap far above")?.flags).toEqual(["cap_far_above_use"]);
}

describe.each(WORKSPACES)("the quiet workspace $seed on $day, members $costsMember", (workspace) => {
  it("has no episode over either window, is said to be steady in one sentence, and keeps its budget", async () => {
    const harness = await open(workspace, true);
    const answers = [await harness.call(tool.name, { period: "7d" }), await harness.call(tool.name, { period: "30d" })];
    const budget = await harness.call(budgetTool.name, {});
    await expectKeys(harness);
    await harness.close();
    expect(budget.value.run_out).toMatchObject({ p50: null });
    for (const { value } of answers) {
      expect([value.episodes, value.more_episodes, value.today_alert.is_alert]).toEqual([[], 0, false]);
      expect(value.headline).toMatch(/^Nothing unusual: [^.]*(\d\.\d[^.]*)*\.$/);
    }
  });
});
