import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays, eachDay } from "../../src/finops/day.ts";
import type { Sandbox } from "../../src/sandbox/serve.ts";
import { jsonBytes } from "../../src/tool/fit.ts";
import tool from "../../src/tools/manager/diagnose-cost-anomaly.ts";
import executive from "../../src/tools/manager/get-executive-dashboard.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";
import { type Daily, type Item, id, type SmallWorkspace, useSmallService } from "../harness/small-service.ts";

interface Episode {
  readonly scope: { readonly type: string; readonly id?: string };
  readonly kind: string;
  readonly impact_usd: number;
}

interface Moved {
  readonly rows: readonly { readonly delta_usd: number }[];
  readonly other: { readonly delta_usd: number };
  readonly unattributed_delta_usd: number;
}

const COSTS = "/api/v1/analytics/costs";
const USAGE = "/api/v1/analytics/usage";
const MODELS = "/api/v1/analytics/models";

describe("diagnose_cost_anomaly on small bodies", () => {
  const service = useSmallService();
  const now = "2026-11-20T10:00:00Z";
  const [CURRENT, PREVIOUS] = ["2026-11-13", "2026-11-06"];
  const tiny = (cost: number): Item[] => Array.from({ length: 10 }, (_, i) => ({ id: id(i + 1), cost }));

  function workspace(current: Item[] | number, previous: Item[] | number, usage: Daily): SmallWorkspace {
    const side = (items: Item[] | number) => (typeof items === "number" ? items : { agent: items });
    return {
      usage,
      costs: (from) => (from === CURRENT ? side(current) : from === PREVIOUS ? side(previous) : { agent: [] }),
      models: () => [],
      entities: Object.fromEntries([...Array(30)].map((_, i) => [id(i), {}])),
    };
  }

  it("DX-1 ranks by USD, so that pennies that tripled stay in other", async () => {
    const data = workspace(
      [...tiny(0.03), { id: id(20), name: "Big", cost: 19_000 }],
      [...tiny(0.01), { id: id(20), name: "Big", cost: 10_000 }],
      {
        [PREVIOUS]: 10_000.1,
        [CURRENT]: 19_000.3,
      },
    );
    const { value } = await service.ask(data, tool, { now });
    expect(value.movers.agent.rows).toMatchObject([{ id: id(20), name: "Big", delta_usd: 9_000, pct: 90, word: "up" }]);
    expect(value.movers.agent.other).toEqual({ count: 10, delta_usd: 0.2 });
    expect(value.change).toMatchObject({ delta_usd: 9_000.2, current_usd: 19_000.3 });
  });

  it("DX-2 a vanished entity comes first, as stopped", async () => {
    const data = workspace(
      [{ id: id(2), name: "B", cost: 26_000 }],
      [
        { id: id(1), name: "A", cost: 9_000 },
        { id: id(2), name: "B", cost: 26_000 },
      ],
      { [PREVIOUS]: 35_000, [CURRENT]: 26_000 },
    );
    const { value } = await service.ask(data, tool, { now });
    expect(value.movers.agent.rows).toMatchObject([
      { name: "A", current_usd: 0, delta_usd: -9_000, pct: -100, word: "stopped" },
    ]);
    expect(value.change).toMatchObject({ pct: -25.7, word: "down" });
  });

  it("GR-8 what a failed window would have said is unknown: nothing is new, nothing has stopped", async () => {
    const usage = { [CURRENT]: 5, [PREVIOUS]: 5 };
    const [a] = [{ id: id(1), name: "A", cost: 5 }];
    const noPrevious = await service.ask(workspace([a], 500, usage), tool, { now });
    const noCurrent = await service.ask(workspace(500, [a], usage), tool, { now });
    for (const { value } of [noPrevious, noCurrent]) {
      expect(value.movers.agent.rows).toMatchObject([{ delta_usd: null, pct: null, word: "unknown" }]);
      expect(value.movers.agent).toMatchObject({ other: { delta_usd: null }, unattributed_delta_usd: null });
    }
  });

  it.each([
    ["the answers are degraded", { degraded: true }, { cost: 9 }],
    ["a row has no cost", {}, { cost: null }],
  ])("when %s, nothing is said to belong to nobody", async (_, fields, b) => {
    const items = [
      { id: id(1), name: "A", cost: 5 },
      { id: id(2), name: "B", ...b },
    ];
    const paths = ["analytics/live-24h", "analytics/sparklines", "policies/budget-control"];
    const silent = Object.fromEntries(paths.map((path) => [path, () => 404]));
    const costs = () => ({ ...fields, breakdown: [{ dimension: "agent", items }] });
    const usage = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [addDays("2026-10-12", i), i < 32 ? 10 : 11]),
    );
    const data = {
      usage,
      entities: { [id(1)]: {}, [id(2)]: {} },
      models: () => [],
      bodies: { ...silent, "analytics/costs": costs },
    };
    const { value } = await service.ask(data, tool, { now });
    expect(value.change.delta_usd).toBe(7);
    expect(value.movers.agent).toMatchObject({ other: { delta_usd: null }, unattributed_delta_usd: null });
    const dashboard = (await service.ask(data, executive, { now })).value;
    expect(dashboard.blocks.movers).toMatchObject({ status: "partial", data: { unattributed_delta_usd: null } });
    expect(dashboard.basis.notes.some(({ text }: { text: string }) => text.startsWith("Movers: "))).toBe(true);
  });

  it("a spike is not laid on others when an agent's costs contradict each other", async () => {
    const dates = eachDay(addDays("2026-11-20", -30), "2026-11-19");
    const usage = Object.fromEntries(dates.map((date) => [date, date === "2026-11-18" ? 200 : 20]));
    const [bot, other] = [
      { id: id(1), name: "Bot", cost: 150 },
      { id: id(2), name: "Other", cost: 50 },
    ];
    const ask = (twice: Item[]) => {
      const costs = (from: string) => ({ agent: from === "2026-11-18" ? [bot, other, ...twice] : [bot, other] });
      return service.ask({ usage, costs, models: () => [], entities: { [id(1)]: {}, [id(2)]: {} } }, tool, { now });
    };
    expect((await ask([])).value.causes).toMatchObject({
      of: "episode",
      drivers: [{ name: "Bot" }],
    });
    const { causes } = (await ask([{ ...bot, cost: 15 }])).value;
    expect(causes.of).toBe("window_change");
  });

  it("an episode with a credit inside says what it leaves out, and is not explained by all of its dates", async () => {
    const dates = eachDay(addDays("2026-11-20", -30), "2026-11-19");
    const rise: Daily = { "2026-11-16": 60, "2026-11-17": -5, "2026-11-18": 65 };
    const usage = Object.fromEntries(dates.map((date) => [date, rise[date] ?? 20]));
    const costs = () => ({ agent: [{ id: id(1), name: "Bot", cost: 100 }] });
    const { value } = await service.ask({ usage, costs, models: () => [], entities: { [id(1)]: {} } }, tool, { now });
    expect(value.episodes).toMatchObject([{ days: 2, days_left_out: 1, actual_usd: 125 }]);
    expect(value.headline).toMatch(
      /^The workspace's spend spiked from 2026-11-16 to 2026-11-18 \(1 unknown or credit day left out\): \$125\.00 against \$40\.00 expected/,
    );
    expect(value.causes.of).toBe("window_change");
  });

  it("DX-3 DX-4 tells the Wednesday from the Saturdays", async () => {
    const week = [100, 104, 98, 102, 96, 20, 22];
    const days = eachDay(addDays("2026-11-19", -24), "2026-11-18");
    const quiet = Object.fromEntries(days.map((date, i) => [date, week[i % 7] ?? 0]));
    const at = { now: "2026-11-19T10:00:00Z" };
    const data = (usage: Daily): SmallWorkspace => ({ usage, costs: () => ({ agent: [] }), models: () => [] });
    const calm = await service.ask(data(quiet), tool, at);
    expect(calm.value.episodes).toEqual([]);
    const loud = await service.ask(data({ ...quiet, "2026-11-18": 320 }), tool, at);
    expect(loud.value.episodes).toMatchObject([
      { kind: "spike", start: "2026-11-18", expected_usd: 98, impact_usd: 222, confidence: "high", severity: "high" },
    ]);
    expect(loud.value.headline).toMatch(
      /^The workspace's spend spiked on 2026-11-18: \$320\.00 against \$98\.00 expected \(\+226\.5%\);/,
    );
  });
});

describe("diagnose_cost_anomaly with a short history", () => {
  const service = useSmallService();
  const days = (n: number, usd = 20): Daily => {
    return Object.fromEntries(eachDay(addDays("2026-11-20", -n), "2026-11-19").map((date) => [date, usd]));
  };

  it.each([
    [
      3,
      /^The workspace's spend began on 2026-11-17: \$60\.00 up to 2026-11-19, where nothing was spent before, 83.3% of the workspace's rise by no agent; /,
      "Only 0 of 7 days had the 7 days of history a judgement needs.",
    ],
    [
      1,
      /^The workspace's spend began on 2026-11-19: \$20\.00, where nothing was spent before/,
      "Only 0 of 7 days had the 7 days of history a judgement needs.",
    ],
    [
      10,
      /^Nothing unusual on the 3 of 7 days that could be judged: no day of the workspace was outside expectation in 2026-11-13 to 2026-11-19/,
      "Only 3 of 7 days had the 7 days of history a judgement needs.",
    ],
    [14, /^Nothing unusual: no day of the workspace was outside expectation/, null],
  ] as const)("%i days: says what it cannot know", async (n, headline, note) => {
    const costs = () => ({ agent: [{ id: id(1), cost: 10 }] });
    const data: SmallWorkspace = { usage: days(n), costs, models: () => [] };
    const { value } = await service.ask(data, tool, { now: "2026-11-20T10:00:00Z" });
    expect(value.headline).toMatch(headline);
    const texts = value.basis.notes.filter(({ code }: { code: string }) => code === "short_history");
    expect(texts).toEqual(note === null ? [] : [{ code: "short_history", text: expect.stringContaining(note) }]);
  });
});

function foundIn(episodes: readonly Episode[], sandbox: Sandbox, kind: string): Episode | undefined {
  const planted = sandbox.events.find((event) => event.kind === kind && event.scope === "agent");
  return episodes.find(({ scope }) => scope.id !== undefined && scope.id === planted?.entityId);
}

describe("diagnose_cost_anomaly on the sandbox", () => {
  let harness: SandboxHarness;
  const ask = (args: Record<string, unknown> = {}) => harness.call(tool.name, args);
  beforeAll(async () => {
    harness = await withSandbox("manager", {}, { tools: [tool] });
  });
  afterAll(() => harness.close());

  it("finds the planted spike, the newcomer and the stopped agent, ranked by impact and explained", async () => {
    const { value } = await ask();
    const [spike, newcomer, stopped] = ["spike", "new_entity", "stopped_entity"].map((kind) =>
      foundIn(value.episodes, harness.sandbox, kind),
    );
    expect([spike?.kind, newcomer?.kind, stopped?.kind]).toEqual(["spike", "new_spend", "stopped"]);
    const impacts = value.episodes.map(({ impact_usd }: Episode) => Math.abs(impact_usd));
    expect(impacts).toEqual([...impacts].sort((a, b) => b - a));
    expect(value.episodes[0]).toMatchObject({ scope: { type: "workspace" }, kind: "spike" });
    const { causes } = value;
    expect(causes).toMatchObject({ of: "episode", dimension: "agent", drivers: [{ id: spike?.scope.id }] });
    const drivers = causes.drivers.reduce((sum: number, { delta_usd }: { delta_usd: number }) => sum + delta_usd, 0);
    expect(drivers + causes.other.delta_usd).toBeCloseTo(causes.change_usd, 6);
    expect(causes.change_usd).toBe(value.episodes[0].impact_usd);
    expect(value.movers.agent.rows[0]).toMatchObject({ id: spike?.scope.id, anomalous: true });
  });

  it("finds the level shift in the longer window", async () => {
    const { value } = await ask({ period: "30d" });
    expect(foundIn(value.episodes, harness.sandbox, "level_shift")).toMatchObject({ kind: "level_shift" });
  });

  it("counts the money once, whatever the cut", async () => {
    const { value } = await ask();
    const { dataset } = harness.sandbox;
    const [now, before] = [
      dataset.workspace("2026-11-13", "2026-11-19"),
      dataset.workspace("2026-11-06", "2026-11-12"),
    ];
    expect(value.change).toMatchObject({ current_usd: now.usd, previous_usd: before.usd });
    for (const { rows, other, unattributed_delta_usd } of Object.values<Moved>(value.movers)) {
      const shown = rows.reduce((sum, { delta_usd }) => sum + delta_usd, 0);
      expect(shown + other.delta_usd + unattributed_delta_usd).toBeCloseTo(value.change.delta_usd, 6);
    }
    const { volume_usd, mix_usd, tokens_per_request_usd, price_usd, unattributed_usd, total_delta_usd } =
      value.price_volume_mix;
    expect(volume_usd + mix_usd + tokens_per_request_usd + price_usd + unattributed_usd).toBeCloseTo(
      total_delta_usd,
      6,
    );
    expect(total_delta_usd).toBeCloseTo(value.change.delta_usd, 6);
  });

  it("stays within its call budget and says so", async () => {
    harness.sandbox.resetHits();
    const { value } = await ask();
    expect(harness.sandbox.hits()).toHaveLength(12);
    expect(value.basis.notes.at(-1)).toMatchObject({
      code: "truncated_rows",
      text: expect.stringContaining("12 requests, at most 12"),
    });
    expect(value.checked).toEqual({ days: 7, entities: 5, not_judged: 0 });
  });

  it.each(["7d", "30d"])("fits %s into 6 kB, hostile names and members included", async (period) => {
    for (const labels of ["normal", "hostile"] as const) {
      harness.sandbox.setSwitch("labels", labels);
      harness.sandbox.setSwitch("costsMember", "on");
      const { value } = await ask({ period });
      expect(jsonBytes(value)).toBeLessThan(6_000);
    }
    harness.sandbox.setSwitch("labels", "normal");
    harness.sandbox.setSwitch("costsMember", "off");
  });

  it.each([
    [
      { kind: "500", path: USAGE },
      /^Not checked for anomalies/,
      ["The usage series", "The daily usage of 5 of the 5 movers to check", "The usage series is missing"],
    ],
    [
      { kind: "500", path: COSTS },
      /^(The|Largest of \d episodes: the) workspace's spend spiked/,
      ["The cost breakdown of the window", "The cost breakdown of the episode"],
    ],
    [
      { kind: "500", path: COSTS, query: { dateFrom: "2026-11-06" } },
      /spiked/,
      ["The cost breakdown of the window before"],
    ],
    [{ kind: "403", path: MODELS }, /spiked/, ["The models of the window", "The models of the window before"]],
    [
      { kind: "html200", path: MODELS, query: { dateFrom: "2026-11-06" } },
      /spiked/,
      ["The models of the window before"],
    ],
  ] as const)("%o leaves named gaps", async (fault, headline, gaps) => {
    harness.sandbox.setFault({ ...fault });
    const { isError, value } = await ask();
    harness.sandbox.clearFaults();
    expect(isError).toBe(false);
    expect(value.headline).toMatch(headline);
    const texts = value.basis.notes.map(({ text }: { text: string }) => text);
    for (const gap of gaps) expect(texts.some((text: string) => text.startsWith(gap))).toBe(true);
    if (fault.path === MODELS) expect(value.price_volume_mix).toBeNull();
    if (fault.path === USAGE) {
      expect(value).toMatchObject({ checked: { days: null }, episodes: [], causes: null, today_alert: null });
      expect(value.change).toMatchObject({ current_usd: null, delta_usd: null, word: "unknown" });
    }
    expect(
      value.movers.agent?.rows.some(({ word }: { word: string }) => word === "new" || word === "stopped") ?? false,
    ).toBe(fault.path !== COSTS);
  });

  it("ends with an error when everything fails", async () => {
    harness.sandbox.setFault({ kind: "500" });
    const { text } = await ask();
    harness.sandbox.clearFaults();
    expect(text).toMatch(/^\[UPSTREAM_ERROR\] None of the needed parts could be read: The usage series \(upstream\), /);
  });

  it("reports its reads when asked for progress", async () => {
    const seen: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => void seen.push(progress);
    await harness.client.callTool({ name: tool.name, arguments: {} }, undefined, { onprogress });
    expect(seen).toHaveLength(12);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe("diagnose_cost_anomaly", () => {
  it("ends when the credential is refused, whatever the part", async () => {
    const harness = await withSandbox("manager", {}, { tools: [tool] });
    harness.sandbox.setFault({ kind: "401", path: MODELS });
    const { text } = await harness.call(tool.name, {});
    await harness.close();
    expect(text).toMatch(/^\[AUTH\]/);
  });

  it.each([1, 5, 8])("says in one sentence that a quiet workspace is quiet (seed %i)", async (seed) => {
    const harness = await withSandbox(
      "manager",
      { seed, quiet: true, switches: { costsMember: "on" } },
      { tools: [tool] },
    );
    const { value } = await harness.call(tool.name, {});
    await harness.close();
    expect(value.episodes).toEqual([]);
    expect(value.headline).toMatch(
      /^Nothing unusual: no day of the workspace or of the 5 movers that were checked was outside expectation in 2026-11-13 to 2026-11-19 \(complete days, UTC\); 2026-11-13 to 2026-11-19 cost \$[\d,.]+, [+-]\$[\d.]+ \((up|down) [\d.]+%\) against 2026-11-06 to 2026-11-12\.$/,
    );
  });

  it.each([
    { saasEnvelope: "plain", periodKeys: "none" },
    { saasEnvelope: "data", periodKeys: "start" },
    { modelsShape: "items" },
    { modelsShape: "data", periodKeys: "string" },
  ] as const)("reads %o alike", async (switches) => {
    const [plain, variant] = await Promise.all([
      withSandbox("manager", {}, { tools: [tool] }),
      withSandbox("manager", { switches }, { tools: [tool] }),
    ]);
    const answers = [await plain.call(tool.name, {}), await variant.call(tool.name, {})];
    await Promise.all([plain.close(), variant.close()]);
    expect(answers[1]?.value).toEqual(answers[0]?.value);
  });

  it("finds the same events when days without use have no row", async () => {
    const harness = await withSandbox("manager", { switches: { zeroDays: "omit" } }, { tools: [tool] });
    const { value } = await harness.call(tool.name, {});
    const kinds = ["spike", "new_entity", "stopped_entity"].map(
      (kind) => foundIn(value.episodes, harness.sandbox, kind)?.kind,
    );
    await harness.close();
    expect(kinds).toEqual(["spike", "new_spend", "stopped"]);
  });
});
