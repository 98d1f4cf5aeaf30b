import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let manager: SandboxHarness;
const network = setupServer();

beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  manager = await withSandbox("manager");
});
afterEach(() => {
  manager.sandbox.reset();
  network.resetHandlers();
});
afterAll(async () => {
  await manager.close();
  network.close();
});

const LINES = "/api/v1/analytics/sparklines";
const USAGE = "/api/v1/analytics/usage";
const codes = (value: { basis: { notes: { code: string }[] } }) => value.basis.notes.map(({ code }) => code);
const ask = async (args: Record<string, unknown> = {}) => (await manager.call("get_sparklines", args)).value;

function serve(data: unknown) {
  network.use(http.get(`${manager.sandbox.url}${LINES}`, () => HttpResponse.json({ code: 0, message: "ok", data })));
}

describe("get_sparklines", () => {
  it("shows all metrics; money and counts have the trend of fourteen complete days", async () => {
    const { value, text } = await manager.call("get_sparklines");
    const { dataset } = manager.sandbox;
    const days = dataset.days("2026-11-14", "2026-11-20");
    expect(value.spend).toMatchObject({
      unit: "USD",
      points: days.map(({ usd }) => usd),
      method: "same_weekdays",
      n: 14,
    });
    expect(value.requests).toMatchObject({ points: days.map(({ requests }) => requests), n: 14 });
    expect(value.success).toMatchObject({ unit: "percent", method: "slope", n: 6 });
    expect(value.latency).toMatchObject({ unit: "ms", method: "slope", n: 6 });
    expect([...value.tokens.sparkline]).toHaveLength(7);
    expect(value.basis.source).toEqual(["sparklines", "usage_series"]);
    expect(codes(value)).toEqual(["partial_today", "calendar_mix", "unit_unknown"]);
    expect(value.headline).toMatch(
      /^Last 7 days to 2026-11-20 \(UTC, today left out of trends\): spend .+, requests .+, latency .+\.$/,
    );
    expect(manager.sandbox.hits().find(({ path }) => path === LINES)?.query).toEqual({
      metrics: "spend,requests,tokens,success,latency",
    });
    expect(text.length).toBeLessThan(3_000);
  });

  it("shows only what was asked for, and reads no usage where none is needed", async () => {
    const value = await ask({ metrics: ["latency", "success", "latency"] });
    expect(Object.keys(value).sort()).toEqual(["basis", "headline", "latency", "success"]);
    expect(manager.sandbox.hits().map(({ path }) => path)).toEqual([LINES]);
  });

  it.each([
    ["TR-1", [20, 21, 19, 20, 20, 21, 3.1], { direction: "flat", change_pct: 0, n: 6 }],
    ["TR-2", [10, 50, 90, 10, 80, 12, 40], { direction: "mixed", n: 6 }],
    ["TR-3", [0, 0, 5, 9], { direction: "too_short", change_pct: null, n: 3 }],
    ["TR-3 (sparse)", [0, 0, 0, 0, 0, 5, 9], { direction: "sparse", change_pct: null, n: 6 }],
    ["TR-4", [18.42, 22.15, 6.3, 24.87, 27.91, 30.02, 26.33], { direction: "up", change_pct: 49.3, n: 6 }],
    ["TR-5", [100, 104, 98, 102, 96, 20, 22], { direction: "mixed", n: 6 }],
  ])("%s, from the points alone", async (_id, spend, expected) => {
    manager.sandbox.setFault({ kind: "403", path: USAGE });
    serve({ period: "7d", spend });
    const value = await ask({ metrics: ["spend"] });
    expect(value.spend).toMatchObject({ points: spend, ...expected });
    expect(codes(value)).toContain("sub_call_failed");
  });

  it("TR-6, from the usage series", async () => {
    const costs = [100, 104, 98, 102, 96, 20, 22, 110, 114, 108, 112, 106, 22, 24, 60];
    const series = costs.map((cost, i) => ({
      date: new Date(Date.UTC(2026, 10, 6 + i)).toISOString().slice(0, 10),
      cost,
      requests: 1,
      tokens: 1,
    }));
    network.use(http.get(`${manager.sandbox.url}${USAGE}`, () => HttpResponse.json({ data: { series } })));
    serve({ spend: costs.slice(-7) });
    expect((await ask({ metrics: ["spend"] })).spend).toMatchObject({
      direction: "up",
      change_pct: 9.3,
      method: "same_weekdays",
      n: 14,
    });
  });

  it.each([
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["numbers", "strings"],
    ["successRate", "fraction"],
    ["zeroDays", "omit"],
    ["periodKeys", "none"],
  ] as const)("gives the same answer with %s=%s", async (name, value) => {
    const plain = (await manager.call("get_sparklines")).text;
    manager.sandbox.setSwitch(name, value);
    expect((await manager.call("get_sparklines")).text).toBe(plain);
  });

  it("gives a metric the service left out as null with a note, and keeps the others", async () => {
    serve({ spend: [], requests: [1, 2, 3, 4, 5, 6, 7] });
    const value = await ask({ metrics: ["requests", "spend", "latency"] });
    expect(value).toMatchObject({ spend: null, latency: null });
    expect(value.requests).not.toBeNull();
    expect(value.headline).toContain("spend unknown");
    expect(codes(value)).toContain("missing_days");
  });

  it("answers from the usage series when the sparklines fail, and fails when both do", async () => {
    manager.sandbox.setFault({ kind: "500", path: LINES });
    const value = await ask();
    expect(value.spend).toMatchObject({ n: 14 });
    expect(value).toMatchObject({ success: null, latency: null, basis: { source: ["usage_series"] } });
    expect(codes(value)).toContain("sub_call_failed");
    manager.sandbox.setFault({ kind: "500", path: USAGE });
    expect((await manager.call("get_sparklines")).text).toMatch(/^\[UPSTREAM_ERROR\] None of the needed parts/);
  });

  it.each([{ metrics: [] }, { metrics: ["cost"] }, { metrics: "spend" }])("refuses %j", async (args) => {
    expect((await manager.call("get_sparklines", args)).text).toMatch(/^\[INVALID_ARGUMENT\] metrics/);
  });
});
