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
        ],
      },
      total: 0,
      returned: 0,
      next: null,
      rows: [],
    });
  });
});

describe("with rows", () => {
  it("lists the newest twenty with cost in dollars", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    const { value, text } = await key.call(NAME);
    expect(value).toMatchObject({ returned: 20, next: { limit: 20, offset: 20 } });
    expect(value.headline).toBe(`Requests 1 to 20 of ${value.total}, in the service's order.`);
    expect(value.basis.notes).toEqual([]);
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
    expect(text.length).toBeLessThan(4_000);
  });

  it("is cut to 8 kB and continues right behind the last row", async () => {
    key.sandbox.setSwitch("recentRequests", "rows");
    const first = await key.call(NAME, { limit: 100 });
    expect(Buffer.byteLength(first.text)).toBeLessThanOrEqual(8_000);
    expect(first.value.returned).toBeLessThan(100);
    expect(first.value.next.offset).toBe(first.value.returned);
    const second = await key.call(NAME, first.value.next);
    expect(key.sandbox.hits().at(-1)?.query).toEqual({
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
