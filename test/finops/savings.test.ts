import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSavings } from "../../src/finops/savings.ts";
import { type RequestRow, SAVING_KINDS } from "../../src/finops/savings-rules.ts";
import type { Candidate } from "../../src/finops/what-if.ts";

const model = (name: string, input: number, output: number, cacheRead: number | null, more = {}): Candidate => ({
  provider: "p",
  model: name,
  kind: "chat",
  price: { input, output, cacheRead, cacheWrite: null },
  ...more,
});
const CATALOGUE = [model("big", 3, 15, 0.3), model("mini", 0.15, 0.6, null)];

const START = Date.parse("2026-11-01T00:00:00Z");
const DAY_S = 86_400;
/** A row on "big" at list price, `second` seconds after the start. */
function row(second: number, input: number, output: number, more: Partial<RequestRow> = {}): RequestRow {
  return {
    at: new Date(START + second * 1000).toISOString(),
    key: "app",
    provider: "p",
    model: "big",
    status: "success",
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: 0,
    costMicro: Math.round(input * 3 + output * 15),
    ...more,
  };
}

/** Twenty rows that already read their 8,000 tokens from a cache, at no cost, far enough apart to be no repeats. */
const cachedGroup = (key: string) =>
  Array.from({ length: 20 }, (_, i) => row(1_000 + 100 * i, 8_000, 60, { key, cacheReadTokens: 8_000, costMicro: 0 }));

const A = row(0, 2_000, 400);
const B = row(20, 2_000, 400);
const C = row(40, 5_000, 0, { status: "failed", costMicro: 15_000 });
const D = row(60, 10_000, 300, { key: "docs" });
const E = row(80, 1_000, 20, { key: "docs" });

/** Kind → rows and USD. */
function kinds(rows: readonly RequestRow[], catalogue: readonly Candidate[] | null = CATALOGUE) {
  const items = findSavings(rows, catalogue).result?.items ?? [];
  return Object.fromEntries(items.map(({ kind, rows: count, saving_usd }) => [kind, [count, saving_usd]]));
}

describe("findSavings", () => {
  it("SV-1: first match per row, so that the items add up", () => {
    const end = row(30 * DAY_S, 8_000, 60, { key: "docs", cacheReadTokens: 8_000, costMicro: 0 });
    expect(findSavings([A, B, C, D, E, ...cachedGroup("docs"), end], CATALOGUE)).toEqual({
      result: {
        window: { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", days: 30 },
        rows: 26,
        cost_usd: 0.0768,
        saving_usd: 0.051738,
        per_month_usd: 0.051738,
        items: [
          {
            kind: "failed_paid",
            rows: 1,
            saving_usd: 0.015,
            confidence: "high",
            evidence: "Failed, yet charged.",
            next_step: "Look up why they failed; stop retries that cannot succeed.",
          },
          {
            kind: "duplicate",
            rows: 1,
            saving_usd: 0.012,
            confidence: "medium",
            evidence:
              "Same model and input tokens as a success at most 60 s before; equal length does not prove equal text.",
            next_step: "Compare the texts; keep the first answer instead of asking again.",
          },
          {
            kind: "cacheable",
            rows: 1,
            saving_usd: 0.0216,
            confidence: "low",
            evidence:
              "20 or more requests of one model with at least 1,024 input tokens each (P10); upper bound: equal length " +
              "does not prove equal text.",
            next_step: "Put the fixed part of the prompt first and switch prompt caching on.",
          },
          {
            kind: "downsize",
            rows: 1,
            saving_usd: 0.003138,
            confidence: "low",
            evidence: 'Under 50 output tokens; quality untested. Priced on "mini".',
            next_step: "Try a sample of these on the cheaper model and compare the answers.",
          },
        ],
      },
      notes: [],
    });
  });

  it.each<[string, RequestRow[], Record<string, [number, number]>]>([
    ["a failure that cost nothing", [row(0, 2_000, 0, { status: "failed", costMicro: 0 })], {}],
    ["a repeat after 61 s", [A, row(61, 2_000, 400)], {}],
    ["a repeat of a failure", [{ ...A, status: "failed", costMicro: 0 }, B], {}],
    ["a repeat with another key", [A, { ...B, key: "other" }], {}],
    ["a repeat of a repeat", [A, B, row(70, 2_000, 400)], { duplicate: [2, 0.024] }],
    ["a repeat at an unknown time", [A, { ...B, at: "2026-11-01" }], {}],
    ["a failed repeat counts once, as a failure", [A, { ...B, status: "failed" }], { failed_paid: [1, 0.012] }],
    ["a row that still runs", [A, { ...B, status: "pending" }], {}],
    ["a short answer on the cheapest model", [{ ...E, model: "mini" }], {}],
    ["a short answer at 50 tokens", [row(0, 1_000, 50)], {}],
    ["a short answer on a model without a price", [{ ...E, model: "other" }], {}],
    ["a short answer that cost less than its sibling's list price", [{ ...E, costMicro: 100 }], {}],
  ])("%s", (_, rows, expected) => {
    expect(kinds(rows)).toEqual(expected);
  });

  it("finds a sibling of the same provider and kind only, cheaper in both prices, with room for the request", () => {
    const big = model("big", 3, 15, null);
    const others = [
      model("other-provider", 0.1, 0.1, null, { provider: "q" }),
      model("other-kind", 0.1, 0.1, null, { kind: "image" }),
      model("dear-output", 0.1, 16, null),
      model("too-small", 0.1, 0.1, null, { contextTokens: 1_019 }),
    ];
    expect(kinds([E], [big, ...others])).toEqual({});
    expect(kinds([E], [big, ...others, model("fits", 0.1, 0.1, null, { contextTokens: 1_020 })])).toEqual({
      downsize: [1, 0.003198],
    });
  });

  describe("cacheable", () => {
    const group = (count: number, tokens: number, more: Partial<RequestRow> = {}) =>
      Array.from({ length: count }, (_, i) => row(100 * i, tokens, 100, more));

    it.each<[string, RequestRow[], Record<string, [number, number]>]>([
      ["19 rows are too few", group(19, 2_000), {}],
      ["20 rows of 1,023 tokens are too short", group(20, 1_023), {}],
      ["20 rows of 1,024 tokens", group(20, 1_024), { cacheable: [20, 0.0553] }],
      [
        "cached tokens unknown, at list price",
        group(20, 1_024, { cacheReadTokens: null }),
        { cacheable: [20, 0.0553] },
      ],
      [
        "cached tokens unknown, but the cost shows that they were",
        group(20, 1_024, { cacheReadTokens: null, costMicro: 1_807 }),
        {},
      ],
    ])("%s", (_, rows, expected) => {
      expect(kinds(rows)).toEqual(expected);
    });
  });

  it.each<[string, readonly Candidate[] | null, string]>([
    ["no catalogue", null, "Savings by caching and by a smaller model skipped: no list price."],
    [
      "one model without a price",
      [model("other", 1, 1, 0.1)],
      "Savings by caching and by a smaller model skipped for 2 of 3 requests: no list price.",
    ],
    [
      "no cache price",
      [model("big", 3, 15, null), model("other", 1, 1, null)],
      "Savings by caching skipped: no list price for cached tokens.",
    ],
  ])("says what it had to skip: %s", (_, catalogue, text) => {
    const { result, notes } = findSavings([A, B, row(2 * DAY_S, 10, 100, { model: "other" })], catalogue);
    expect(notes).toEqual([{ code: "price_missing", text }]);
    expect(result?.items.map(({ kind }) => kind)).toEqual(["duplicate"]);
  });

  it.each<[string, RequestRow[], string, string]>([
    ["no rows", [], "placeholder_suspected", "Savings not computed: needs request logs."],
    [
      "no cost",
      [{ ...A, costMicro: null }],
      "unit_unknown",
      "Savings not computed: needs request logs with the time and the cost of each request.",
    ],
    [
      "no time",
      [{ ...A, at: null }],
      "unit_unknown",
      "Savings not computed: needs request logs with the time and the cost of each request.",
    ],
  ])("is not computed: %s", (_, rows, code, text) => {
    expect(findSavings(rows, CATALOGUE)).toEqual({ result: null, notes: [{ code, text }] });
  });

  it("gives no monthly figure for less than a day, and says what it left out", () => {
    const { result, notes } = findSavings([A, B, { ...B, costMicro: null }], CATALOGUE);
    expect([result?.rows, result?.saving_usd, result?.per_month_usd]).toEqual([2, 0.012, null]);
    expect(notes).toEqual([
      { code: "lower_bound", text: "Savings leave out requests without a final cost: 1." },
      { code: "short_history", text: "No monthly saving: the requests read span less than a day." },
    ]);
  });

  it("never saves more than was paid, adds up, and does not depend on the order of the rows", () => {
    const any = fc.record({
      at: fc.integer({ min: 0, max: 600 }).map((second) => new Date(START + second * 1000).toISOString()),
      key: fc.constantFrom("a", "b"),
      provider: fc.constant("p"),
      model: fc.constantFrom("big", "mini", "other"),
      status: fc.constantFrom("success" as const, "failed" as const, "pending" as const, "unknown" as const),
      inputTokens: fc.option(fc.integer({ min: 0, max: 3_000 })),
      outputTokens: fc.option(fc.integer({ min: 0, max: 100 })),
      cacheReadTokens: fc.option(fc.integer({ min: 0, max: 3_000 })),
      costMicro: fc.option(fc.integer({ min: -5, max: 2_000_000 })),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), fc.integer(), (rows, seed) => {
        const { result } = findSavings(rows, CATALOGUE);
        if (result === null) return;
        expect(result.saving_usd).toBeLessThanOrEqual(result.cost_usd + 0.005);
        const sum = result.items.reduce((total, { saving_usd }) => total + Math.round(saving_usd * 1e6), 0);
        expect(sum).toBe(Math.round(result.saving_usd * 1e6));
        expect(result.items.map(({ kind }) => kind)).toEqual(SAVING_KINDS.filter((kind) => kinds(rows)[kind]));
        const turned = [...rows.slice(seed % (rows.length + 1)), ...rows.slice(0, seed % (rows.length + 1))];
        expect(findSavings(turned, CATALOGUE).result?.saving_usd).toBe(result.saving_usd);
      }),
    );
  });
});
