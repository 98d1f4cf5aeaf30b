import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  entityCharge,
  type FocusCharge,
  keyCharge,
  modelCharge,
  pricingQuantity,
  tokenCells,
} from "../../src/finops/focus-charge.ts";
import { FOCUS_VERSIONS, focusColumns, mandatoryColumns } from "../../src/finops/focus-columns.ts";
import { csvHeader, csvLines, decimal, type FocusRow, millionths } from "../../src/finops/focus-csv.ts";
import { addTallies, focusDay, NO_ROWS } from "../../src/finops/focus-day.ts";
import { namesOf } from "../../src/finops/focus-names.ts";
import { focusNotes } from "../../src/finops/focus-notes.ts";
import { scaleToRecorded } from "../../src/finops/focus-scale.ts";
import { focusWindow } from "../../src/finops/focus-window.ts";
import { millionthsOf, parseRecords } from "./tiny-csv.ts";

const ACCOUNT = { id: "ws-1", name: "Example" };
const usage = { requests: 10, tokens: null };
const input = (tokens: number, unitPrice: number) => ({ meter: "input", tokens, unitPrice }) as const;
const output = (tokens: number, unitPrice: number) => ({ meter: "output", tokens, unitPrice }) as const;

function rowsOf(charges: readonly FocusCharge[], total: number, day = "2026-11-19") {
  const found = focusDay(day, charges, total, ACCOUNT);
  if (found.status !== "balanced") throw new Error(`over by ${found.by}`);
  return found;
}

const file = (rows: readonly FocusRow[], version: (typeof FOCUS_VERSIONS)[number]) =>
  csvHeader(version) + csvLines(rows, version);

describe("scaleToRecorded", () => {
  it("FO-1: scales token types to the recorded cost", () => {
    const parts = [input(8_000_000, 1), output(1_000_000, 4)];
    expect(scaleToRecorded(parts, 12_340_000)).toEqual({
      scale: 1.028333,
      parts: [
        { meter: "input", tokens: 8_000_000, unitPrice: 1, list: 8_000_000, billed: 8_226_667 },
        { meter: "output", tokens: 1_000_000, unitPrice: 4, list: 4_000_000, billed: 4_113_333 },
      ],
    });
  });

  it("FO-2: gives the missing millionth to the first of equal parts", () => {
    const parts = [input(1_000, 1), output(1_000, 1), { meter: "reasoning", tokens: 1_000, unitPrice: 1 } as const];
    expect(scaleToRecorded(parts, 1_000_000)?.parts.map(({ billed }) => billed)).toEqual([333_334, 333_333, 333_333]);
  });

  it.each([
    ["no tokens", [input(0, 1), output(0, 1)]],
    ["a price of zero", [input(10, 0)]],
    ["nothing", []],
  ])("cannot divide by %s", (_, parts) => {
    expect(scaleToRecorded(parts, 5)).toBeNull();
  });
});

it("FO-3: 800,000 tokens at a price per million are 0.8 pricing units", () => {
  expect(pricingQuantity(800_000)).toEqual({ decimal: "0.8" });
  expect(tokenCells(input(800_000, 2.5))).toEqual({
    ConsumedQuantity: { decimal: "800000" },
    ConsumedUnit: "Tokens",
    ListUnitPrice: { decimal: "2.5" },
    PricingQuantity: { decimal: "0.8" },
    PricingUnit: "1000000 Tokens",
    SkuMeter: "Input Tokens",
    x_ConsumedTokens: { decimal: "800000" },
  });
});

describe("columns", () => {
  const MANDATORY_1_2 = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ServiceCategory",
    "ServiceName",
    "ProviderName",
    "PublisherName",
  ];

  it("has the 21 mandatory ones of each version", () => {
    expect(mandatoryColumns("1.2")).toEqual(MANDATORY_1_2);
    expect(mandatoryColumns("1.3")).toEqual([...MANDATORY_1_2.slice(0, 19), "HostProviderName", "ServiceProviderName"]);
  });

  it.each(FOCUS_VERSIONS)("%s: each once, own ones marked, the deprecated pair still there", (version) => {
    const columns = focusColumns(version);
    expect(new Set(columns).size).toBe(columns.length);
    expect(columns).toEqual(expect.arrayContaining([...mandatoryColumns(version), "ProviderName", "PublisherName"]));
    for (const column of columns) expect(column).toMatch(/^(x_)?[A-Z][A-Za-z]+$/);
  });
});

describe("fields", () => {
  it.each([
    [0, "0"],
    [1, "0.000001"],
    [-10_000_000, "-10"],
    [12_340_000, "12.34"],
    [Number.MAX_SAFE_INTEGER, "9007199254.740991"],
  ])("%i millionths are %s", (value, text) => {
    expect(millionths(value)).toEqual({ decimal: text });
  });

  it.each([
    [0.15, "0.15"],
    [0.00000049, "0"],
    [-0.0000001, "0"],
    [1e-7, "0"],
    [12_000_000_000_000, "12000000000000"],
    [1.028333, "1.028333"],
    [100.5, "100.5"],
  ])("%f is %s", (value, text) => {
    expect(decimal(value)).toEqual({ decimal: text });
  });

  it.each([
    ["plain", "plain"],
    ["", ""],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["=SUM(A1)", `"'=SUM(A1)"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@cmd", `"'@cmd"`],
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ])("text %j is written as %j", (text, written) => {
    const line = csvLines([{ BilledCost: { decimal: "-1" }, BillingAccountId: text }], "1.2");
    expect(line.startsWith(`-1,${written},,`)).toBe(true);
    expect(line.endsWith("\r\n")).toBe(true);
  });
});

describe("focusDay", () => {
  const split = modelCharge({ provider: "openai", model: "gpt-4o", cost: 12_340_000, requests: 7, tokens: 9_000_000 }, [
    input(8_000_000, 1),
    output(1_000_000, 4),
  ]);
  const whole = modelCharge(
    { provider: "bedrock", model: "claude-x", cost: 2_000_000, requests: 3, tokens: 500 },
    null,
  );
  const agent = { id: "a-1", name: '=cmd, "x"', provider: null, cost: 1_500_000, requests: 4, tokens: null };

  it("golden file of one day of a small workspace, 1.2", () => {
    const { rows } = rowsOf([split, whole, entityCharge("agent", agent)], 16_000_000, "2026-12-31");
    const frame = "ws-1,Example,USD,2027-01-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,";
    const days = "2027-01-01T00:00:00Z,2026-12-31T00:00:00Z";
    const ai = "AI and Machine Learning";
    expect(file(rows, "1.2").split("\r\n")).toEqual([
      "BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory," +
        "ChargeClass,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,ContractedCost,EffectiveCost,InvoiceIssuerName," +
        "ListCost,PricingQuantity,PricingUnit,ServiceCategory,ServiceName,ProviderName,PublisherName,ChargeFrequency," +
        "ConsumedQuantity,ConsumedUnit,ListUnitPrice,PricingCategory,ResourceId,ResourceName,ResourceType," +
        "ServiceSubcategory,SkuId,SkuMeter,SubAccountId,SubAccountName,Tags,x_ConsumedTokens,x_ListCostSource," +
        "x_PriceScale,x_RequestCount",
      `8.226667,${frame},gpt-4o input tokens,${days},8.226667,8.226667,OpenAI,8,8,1000000 Tokens,${ai},OpenAI API,OpenAI,` +
        "OpenAI,Usage-Based,8000000,Tokens,1,Standard,,,,Generative AI,gpt-4o,Input Tokens,,,,8000000,list,1.028333,7",
      `4.113333,${frame},gpt-4o output tokens,${days},4.113333,4.113333,OpenAI,4,1,1000000 Tokens,${ai},OpenAI API,OpenAI,` +
        "OpenAI,Usage-Based,1000000,Tokens,4,Standard,,,,Generative AI,gpt-4o,Output Tokens,,,,1000000,list,1.028333,",
      `2,${frame},claude-x tokens,${days},2,2,Amazon Web Services,2,,,${ai},Amazon Bedrock,Amazon Web Services,Anthropic,` +
        "Usage-Based,,,,Standard,,,,Generative AI,claude-x,,,,,500,billed,,3",
      `1.5,${frame},"LLM requests of agent =cmd, ""x""",${days},1.5,1.5,Alephant,1.5,,,${ai},Alephant LLM Gateway,Alephant,` +
        'Alephant,Usage-Based,,,,Standard,,,,Generative AI,,,,,"{""agent"":""=cmd, \\""x\\"""",""agent_id"":""a-1""}",,billed,,4',
      `0.16,${frame},Unattributed usage,${days},0.16,0.16,Alephant,0.16,,,${ai},Alephant LLM Gateway,Alephant,Alephant,` +
        "Usage-Based,,,,Standard,,,,Generative AI,,,,,,,billed,,",
      "",
    ]);
  });

  it("carries both provider pairs in 1.3", () => {
    const [row] = parseRecords(file(rowsOf([whole], 2_000_000).rows, "1.3"));
    expect(row).toMatchObject({
      HostProviderName: "Amazon Web Services",
      ServiceProviderName: "Amazon Web Services",
      ProviderName: "Amazon Web Services",
      PublisherName: "Anthropic",
    });
  });

  it("tells what the rows amount to", () => {
    const { tally } = rowsOf([split, whole, { ...whole, cost: null }], 14_500_000);
    expect(tally).toEqual({
      rows: 4,
      billed: 14_500_000,
      unattributed: 160_000,
      unattributedDays: 1,
      withoutQuantity: 1,
      drifting: 0,
      withoutCost: 1,
    });
    expect(addTallies(addTallies(NO_ROWS, tally), tally).billed).toBe(29_000_000);
  });

  it.each([
    ["scaled by over 3%", { ...split, cost: 12_500_000 }, 1],
    ["scaled by less", split, 0],
    ["tokens at no cost, priced", { ...split, cost: 0 }, 1],
    ["tokens at no cost, not priced", { ...whole, cost: 0 }, 1],
  ])("price drift: %s", (_, charge, drifting) => {
    expect(rowsOf([charge], charge.cost ?? 0).tally.drifting).toBe(drifting);
  });

  it("writes a credit as one, and nothing for what was not used", () => {
    const credit = { ...whole, cost: -500_000 };
    const unused = { ...whole, cost: 0, requests: 0, tokens: 0 };
    const [row, ...rest] = parseRecords(file(rowsOf([credit, unused], -500_000).rows, "1.2"));
    expect(rest).toEqual([]);
    expect(row).toMatchObject({
      BilledCost: "-0.5",
      ChargeCategory: "Credit",
      ChargeDescription: "Credit for claude-x",
      PricingQuantity: null,
      PricingCategory: null,
    });
  });

  it.each([
    ["by more than rounding explains", [1_000_003, 1_000_000], 2_000_000, 3],
    ["without any charge", [], -5, 5],
  ])("over-attributed %s", (_, costs, total, by) => {
    const charges = costs.map((cost) => ({ ...whole, cost }));
    expect(focusDay("2026-11-19", charges, total, ACCOUNT)).toEqual({ status: "over_attributed", by });
  });

  it("takes an excess that rounding explains from the largest charges", () => {
    const charges = [333_334, 333_334, 333_334].map((cost) => ({ ...whole, cost }));
    const costs = rowsOf(charges, 1_000_000).rows.map(({ BilledCost }) => BilledCost);
    expect(costs).toEqual([{ decimal: "0.333333" }, { decimal: "0.333333" }, { decimal: "0.333334" }]);
  });

  it("describes the charges of each cut", () => {
    const usageOf = { ...usage, cost: 1_000_000 };
    const entity = { ...usageOf, id: "id-1", name: "One", provider: null };
    const key = {
      id: "k-1",
      label: "ci-bot",
      owner: { type: "agent", name: "Bot" },
      department: { id: "d-1", name: "Sales" },
    };
    const nobody = { id: null, label: null, owner: null, department: { id: null, name: null } };
    const rows = rowsOf(
      [
        entityCharge("department", entity),
        entityCharge("master_key", { ...entity, provider: "mistral" }),
        entityCharge("agent", { ...entity, name: null }),
        keyCharge(key, usageOf),
        keyCharge(nobody, usageOf),
      ],
      5_000_000,
    ).rows;
    const names = ["ChargeDescription", "ServiceName", "ResourceId", "ResourceType", "SubAccountName", "Tags"];
    expect(parseRecords(file(rows, "1.2")).map((row) => names.map((name) => row[name]))).toEqual([
      ["LLM requests of department One", "Alephant LLM Gateway", null, null, "One", '{"department":"One"}'],
      ["LLM requests via master key One", "Mistral API", "id-1", "Master Key", null, null],
      ["LLM requests of agent id-1", "Alephant LLM Gateway", null, null, null, '{"agent":"id-1","agent_id":"id-1"}'],
      [
        "LLM requests via key ci-bot",
        "Alephant LLM Gateway",
        "k-1",
        "Virtual Key",
        "Sales",
        '{"agent":"Bot","department":"Sales","key":"ci-bot"}',
      ],
      ["LLM requests", "Alephant LLM Gateway", null, null, null, null],
    ]);
  });

  it("adds up to the usage series of each day in micro-USD, whatever the charges, and reads back", () => {
    const micro = fc.integer({ min: 0, max: 2_000_000_000 });
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    const charge = fc.record({
      model: text,
      provider: fc.option(fc.constantFrom("openai", "bedrock", "new one")),
      cost: fc.option(micro),
      requests: fc.option(fc.nat(10_000)),
      tokens: fc.option(fc.nat(1_000_000_000)),
      inputs: fc.nat(1_000_000_000),
      outputs: fc.nat(1_000_000_000),
      price: fc.double({ min: 0, max: 100, noNaN: true }),
      isPriced: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(charge, { maxLength: 20 }),
        micro,
        fc.constantFrom(...FOCUS_VERSIONS),
        (found, rest, version) => {
          const charges = found.map(({ inputs, outputs, price, isPriced, ...use }) =>
            modelCharge(use, isPriced ? [input(inputs, price), output(outputs, price * 4)] : null),
          );
          const total = rest + charges.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
          const records = parseRecords(file(rowsOf(charges, total).rows, version));
          const sum = (name: string) => records.reduce((micros, row) => micros + millionthsOf(row[name]), 0);
          expect([sum("BilledCost"), sum("EffectiveCost"), sum("ContractedCost")]).toEqual([total, total, total]);
          expect(records.filter(({ ChargeDescription }) => ChargeDescription === "Unattributed usage").length).toBe(
            rest > 0 ? 1 : 0,
          );
          for (const row of records) {
            for (const column of mandatoryColumns(version)) {
              const isNullable = ["ChargeClass", "PricingQuantity", "PricingUnit", "BillingAccountName"].includes(
                column,
              );
              if (!isNullable) expect(row[column], column).not.toBeNull();
            }
            expect(row.PricingQuantity === null).toBe(row.PricingUnit === null);
            for (const name of ["ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd"])
              expect(row[name]).toMatch(/^\d{4}-\d{2}-\d{2}T00:00:00Z$/);
            for (const name of ["ListCost", "PricingQuantity", "ConsumedQuantity", "ListUnitPrice", "x_PriceScale"])
              if (row[name] !== null) expect(() => millionthsOf(row[name])).not.toThrow();
          }
        },
      ),
    );
  });
});

describe("namesOf", () => {
  it.each([
    ["openai", "gpt-4o", "OpenAI", "OpenAI", "OpenAI API"],
    ["OpenAI", "o4-mini", "OpenAI", "OpenAI", "OpenAI API"],
    ["azure_openai", "gpt-4.1", "Microsoft", "OpenAI", "Azure OpenAI"],
    ["bedrock", "eu.anthropic.claude-sonnet-4-6", "Amazon Web Services", "Anthropic", "Amazon Bedrock"],
    ["groq", "meta-llama/llama-4", "Groq", "Meta", "Groq API"],
    ["mistral", "codestral-latest", "Mistral AI", "Mistral AI", "Mistral API"],
    ["my-own", "house-model", "my-own", "my-own", "my-own API"],
    ["constructor", null, "constructor", "constructor", "constructor API"],
    [null, "gpt-4o", "Alephant", "Alephant", "Alephant LLM Gateway"],
  ])("%s, %s", (provider, model, seller, publisher, service) => {
    expect(namesOf(provider, model)).toEqual({ seller, publisher, service });
  });
});

describe("focusWindow", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  const base = { from: null, to: null, includeToday: false, mode: "manager", now } as const;
  const ok = (from: string, to: string, includesToday = false, leftOutToday = false) => ({
    status: "ok",
    span: { from, to },
    includesToday,
    leftOutToday,
  });

  it.each([
    ["the last complete month", {}, ok("2026-10-01", "2026-10-31")],
    ["a month over the end of a year", { now: new Date("2026-01-01T00:00:00Z") }, ok("2025-12-01", "2025-12-31")],
    ["with today, the month to date", { includeToday: true }, ok("2026-11-01", "2026-11-20", true)],
    ["from alone, to yesterday", { from: "2026-11-18" }, ok("2026-11-18", "2026-11-19")],
    ["to alone, from the first of its month", { to: "2026-10-10" }, ok("2026-10-01", "2026-10-10")],
    ["both", { from: "2026-09-01", to: "2026-10-10" }, ok("2026-09-01", "2026-10-10")],
    ["to today", { from: "2026-11-18", to: "2026-11-20" }, ok("2026-11-18", "2026-11-19", false, true)],
    ["a key: the complete days of the last 30", { mode: "vk" }, ok("2026-10-22", "2026-11-19")],
    ["a key with today", { mode: "vk", includeToday: true }, ok("2026-11-01", "2026-11-20", true)],
    ["a key to a day of the month before", { mode: "vk", to: "2026-10-25" }, ok("2026-10-22", "2026-10-25")],
  ] as const)("%s", (_, request, expected) => {
    expect(focusWindow({ ...base, ...request })).toEqual(expected);
  });

  it.each([
    [{ from: "2026-02-30" }, '"2026-02-30" is no calendar date (YYYY-MM-DD).'],
    [{ to: "2026-11-21" }, "2026-11-21 has not begun: it is 2026-11-20 (UTC)."],
    [{ from: "2026-11-10", to: "2026-11-09" }, "The window starts after its end: 2026-11-10 to 2026-11-09."],
    [
      { from: "2026-11-20" },
      "Only today (2026-11-20, UTC) is left of that window, and it is not over. Use --include-today to take it in.",
    ],
    [{ from: "2025-11-01" }, "At most 366 days at once; the window has 384."],
    [
      { mode: "vk", from: "2026-10-21" },
      "A virtual key reaches back 30 days, to 2026-10-22; the window starts on 2026-10-21.",
    ],
  ] as const)("%j is refused", (request, problem) => {
    expect(focusWindow({ ...base, ...request })).toEqual({ status: "refused", problem });
  });
});

describe("focusNotes", () => {
  const facts = {
    cut: "agent",
    today: null,
    endsYesterday: false,
    cutShortDays: 0,
    now: new Date("2026-11-20T12:00:00Z"),
  } as const;

  it("has nothing to say of a file without gaps", () => {
    expect(focusNotes({ ...NO_ROWS, rows: 3, billed: 5 }, facts)).toEqual([]);
  });

  it("tells every gap", () => {
    const tally = {
      rows: 9,
      billed: 10_000_000,
      unattributed: 1_000_000,
      unattributedDays: 2,
      withoutQuantity: 1_234,
      drifting: 2,
      withoutCost: 1,
    };
    const early = {
      ...facts,
      today: "left_out",
      endsYesterday: true,
      cutShortDays: 3,
      now: new Date("2026-11-20T00:30:00Z"),
    } as const;
    expect(focusNotes(tally, early).map(({ code }) => code)).toEqual([
      "partial_today",
      "late_data_possible",
      "unattributed_remainder",
      "truncated_rows",
      "price_missing",
      "price_missing",
      "lower_bound",
    ]);
    expect(focusNotes(tally, facts)[0]?.text).toBe(
      '$1.00 of $10.00 belongs to no agent: "Unattributed usage" on 2 days. Keys of members and of nobody belong to no agent.',
    );
  });
});
