import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NOON, type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

let key: SandboxHarness;

beforeAll(async () => {
  key = await withSandbox("vk");
});
afterEach(() => key.sandbox.reset());
afterAll(() => key.close());

const NAME = "get_my_recent_requests";
const PLACEHOLDER = {
  code: "placeholder_suspected",
  text: "The vendor describes this endpoint as a placeholder; empty does not mean no requests.",
};

const TOO_SHORT = {
  code: "short_history",
  text: "No monthly saving: the requests read span less than a day.",
};
const NO_CACHE_PRICE = {
  code: "price_missing",
  text: "Savings by caching skipped: no list price for cached tokens.",
};
const requestsAsked = () => key.sandbox.hits().filter(({ path }) => path.endsWith("/recent-requests"));

describe("an empty answer", () => {
  it("is not taken for no requests", async () => {
    const { value } = await key.call(NAME);
    expect(value).toEqual({
      headline: "The service listed no requests; that does not mean that there were none.",
      basis: {
        timezone: "UTC",
        currency: "USD",
        source: ["recent_requests"],
        as_of: NOON.toISOString(),
        degraded: true,
        notes: [
          PLACEHOLDER,
          {
            code: "degraded_source",
            text:
              'The request list answered in degraded mode: its zeros and gaps are unknown, not "no spend". ' +
              'The service says: "Request logs are not available on this endpoint yet.".',
          },
          { code: "placeholder_suspected", text: "Savings not computed: needs request logs." },
        ],
      },
      total: 0,
      returned: 0,
      next: null,
      rows: [],
    });
    expect(key.sandbox.hits().map(({ path }) => path)).toEqual(["/api/v1/cockpit/recent-requests"]);
  });
});

describe("with rows", () => {
  it("lists the newest twelve with cost in dollars", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    const { value, text } = await key.call(NAME);
    expect(value).toMatchObject({ returned: 12, next: { limit: 12, offset: 12 } });
    expect(value.headline).toBe(`Requests 1 to 12 of ${value.total}, in the service's order.`);
    expect(value.basis).toMatchObject({
      source: ["recent_requests", "model_catalogue", "computed"],
      notes: [NO_CACHE_PRICE, TOO_SHORT],
    });
    expect(Object.keys(value.rows[0])).toEqual([
      "at",
      "model",
      "provider",
      "status",
      "cost_usd",
      "input_tokens",
      "output_tokens",
      "latency_ms",
    ]);
    expect(value.rows[0].cost_usd).toBeLessThan(5);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000);
  });

  it("is cut to 8 kB and continues right behind the last row", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    const first = await key.call(NAME, { limit: 100 });
    expect(Buffer.byteLength(first.text)).toBeLessThanOrEqual(8_000);
    expect(first.value.returned).toBeLessThan(100);
    expect(first.value.next.offset).toBe(first.value.returned);
    const second = await key.call(NAME, first.value.next);
    expect(requestsAsked().at(-1)?.query).toEqual({
      limit: String(first.value.returned),
      offset: String(first.value.returned),
    });
    expect(second.value.rows[0].at < first.value.rows.at(-1).at).toBe(true);
  });

  it("ends at the last row, and says when an offset is past it", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    const { total } = (await key.call(NAME, { limit: 1 })).value;
    const last = (await key.call(NAME, { limit: 5, offset: total - 2 })).value;
    expect(last).toMatchObject({ returned: 2, next: null });
    const past = (await key.call(NAME, { offset: total + 5 })).value;
    expect(past).toMatchObject({
      returned: 0,
      next: null,
      headline: `Offset ${total + 5} is past the end: there are ${total} requests.`,
    });
  });

  it.each([{ limit: 0 }, { limit: 101 }, { offset: -1 }, { limit: "5" }, { limit: null }, { pages: 1 }])(
    "refuses %j before sending anything",
    async (args) => {
      key.sandbox.resetHits();
      const { isError, text } = await key.call(NAME, args);
      expect([isError, text]).toEqual([true, expect.stringMatching(/^\[INVALID_ARGUMENT\] /)]);
      expect(key.sandbox.hits()).toEqual([]);
    },
  );
});

describe("savings", () => {
  const catalogue = () => key.sandbox.hits().filter(({ path }) => path === "/api/v1/models");

  it("are found in the rows read, with the prices of the catalogue", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    key.sandbox.setSwitch("modelsInfo", "cached");
    const { value } = await key.call(NAME, { limit: 100 });
    const { savings } = value;
    expect(savings.rows).toBe(100);
    expect(savings.window.to).toBe(value.rows[0].at);
    expect(savings.window.from < value.rows.at(-1).at).toBe(true);
    const failed = value.rows.filter((row: { status: string }) => row.status === "failed").length;
    expect(savings.items).toMatchObject([
      { kind: "failed_paid", rows: failed, saving_usd: 0.02 * failed, confidence: "high" },
      { kind: "cacheable", rows: 100 - failed, confidence: "low" },
    ]);
    const [first, second] = savings.items;
    expect(savings.saving_usd).toBeCloseTo(first.saving_usd + second.saving_usd, 6);
    expect(savings.saving_usd).toBeLessThan(savings.cost_usd);
    expect(catalogue()).toHaveLength(1);
  });

  it.each([
    [
      "modelsVk",
      "403",
      [{ code: "price_missing", text: "Savings by caching and by a smaller model skipped: no list price." }],
    ],
    [
      "modelsInfo",
      "off",
      [{ code: "price_missing", text: "Savings by caching and by a smaller model skipped: no list price." }],
    ],
  ] as const)("are failures and repeats only with %s=%s", async (name, value, notes) => {
    key.sandbox.setSwitch("recentRequests", "rows");
    key.sandbox.setSwitch(name, value);
    const answer = (await key.call(NAME, { limit: 100 })).value;
    expect(answer.basis.notes).toEqual([...notes, TOO_SHORT]);
    expect(answer.savings.items.map(({ kind }: { kind: string }) => kind)).toEqual(["failed_paid"]);
  });

  it("miss the catalogue by name when it cannot be read", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    key.sandbox.setFault({ kind: "code200", path: "/api/v1/models" });
    const { value } = await key.call(NAME);
    expect(value.basis.notes).toContainEqual({
      code: "sub_call_failed",
      text: "The model catalogue could not be read (upstream); figures that need it are left out.",
    });
    expect(value.savings.items).toMatchObject([{ kind: "failed_paid", rows: 1, saving_usd: 0.02 }]);
  });

  it("are not looked for past the end of the list", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    const { value } = await key.call(NAME, { offset: 1_000_000 });
    expect(value.savings).toBeUndefined();
    expect(value.basis.notes).toContainEqual({
      code: "placeholder_suspected",
      text: "Savings not computed: needs request logs.",
    });
    expect(catalogue()).toEqual([]);
  });
});
