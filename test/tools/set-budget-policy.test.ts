import { bypass, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { type Caller, freshChanges, writesOf } from "../harness/fresh.ts";
import { NOON } from "../harness/sandbox.ts";

const NAME = "set_budget_policy";
const POLICY = "/api/v1/policies/budget-control";
const network = setupServer();

let sandbox: Sandbox;
let call: Caller;

beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  sandbox = await startSandbox({ now: () => NOON });
  call = freshChanges(sandbox);
});
afterEach(() => {
  sandbox.reset();
  network.resetHandlers();
});
afterAll(async () => {
  network.close();
  await sandbox.close();
});

const asked = { budget_usd: 500, action: "block" };

/** Puts a config in place as somebody else would. */
async function store(config: object): Promise<void> {
  const { pats, workspaceId } = sandbox.credentials;
  const headers = {
    authorization: `Bearer ${pats.admin}`,
    "x-workspace-id": workspaceId,
    "content-type": "application/json",
  };
  const { status } = await fetch(
    bypass(`${sandbox.url}${POLICY}`, { method: "PUT", headers, body: JSON.stringify({ config }) }),
  );
  expect(status).toBe(200);
  sandbox.resetHits();
}

describe("a change", () => {
  it("writes the whole policy back with amount and action replaced", async () => {
    const other = {
      amount: 400,
      exceededAction: "alert-only",
      period: "weekly",
      thresholds: [10, 99.5],
      currency: "USD",
      owner: { team: "finops", tags: ["a", null] },
    };
    await store(other);
    const { value } = await call(NAME, asked);
    expect(writesOf(sandbox)).toEqual([
      { method: "PUT", path: POLICY, body: { config: { ...other, amount: 500, exceededAction: "pause" } } },
    ]);
    const kept = { window: "weekly", thresholds_pct: [10, 99.5], enabled: true };
    expect(value).toEqual({
      headline:
        "The weekly budget of the workspace is now $500.00 with the action block; before, it was $400.00 with the action alert_only.",
      basis: {
        timezone: "UTC",
        currency: "USD",
        source: ["budget_policy"],
        as_of: NOON.toISOString(),
        degraded: false,
        notes: [],
      },
      status: "applied",
      changed: true,
      evidence: "read_back",
      undo: { tool: NAME, arguments: { budget_usd: 400, action: "alert_only" } },
      before: { budget_usd: 400, budget_action: "alert_only", ...kept },
      after: { budget_usd: 500, budget_action: "block", ...kept },
      remarks: [],
    });
    const again = await call(NAME, asked);
    expect(again.value).toMatchObject({
      headline: "The weekly budget of the workspace already is $500.00 with the action block; nothing was sent.",
      status: "no_change",
    });
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it.each(["data.config", "config", "data"] as const)("reads and writes the policy in the shape %s", async (shape) => {
    sandbox.setSwitch("budgetControlShape", shape);
    const { value } = await call(NAME, { budget_usd: 750.25, action: "alert_only" });
    expect(value).toMatchObject({
      status: "applied",
      after: { budget_usd: 750.25, budget_action: "alert_only", window: "monthly" },
    });
    expect(writesOf(sandbox)[0]?.body).toEqual({
      config: {
        amount: 750.25,
        exceededAction: "alert-only",
        period: "monthly",
        thresholds: [50, 75, 90, 100],
        currency: "USD",
      },
    });
  });

  it("fills in what the policy lacks, and says so", async () => {
    await store({ amount: 400, exceededAction: "pause" });
    const { value } = await call(NAME, asked);
    expect(writesOf(sandbox)[0]?.body).toEqual({
      config: {
        amount: 500,
        exceededAction: "pause",
        period: "monthly",
        thresholds: [50, 75, 90, 100],
        currency: "USD",
      },
    });
    expect(value.remarks).toEqual(["The policy lacks period, thresholds, currency: the usual default is added."]);
  });

  it("says that a policy which is switched off has no effect", async () => {
    network.use(
      http.get(`${sandbox.url}${POLICY}`, () =>
        HttpResponse.json({
          code: 0,
          data: {
            enabled: false,
            config: { amount: 1, exceededAction: "pause", period: "monthly", thresholds: [100], currency: "USD" },
          },
        }),
      ),
    );
    const { value } = await call(NAME, asked);
    expect(value.before.enabled).toBe(false);
    expect(value.remarks).toContain(
      "The policy is switched off, so the new budget has no effect until it is switched on.",
    );
  });
});

describe("a conflict", () => {
  it("is tried once more when the policy is still the one that was read", async () => {
    sandbox.setSwitch("budgetConflict", "once");
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({ status: "applied", after: { budget_usd: 500 } });
    expect(writesOf(sandbox)).toHaveLength(2);
  });

  it("that stays is an error, after two sends", async () => {
    sandbox.setSwitch("budgetConflict", "always");
    const { isError, text } = await call(NAME, asked);
    expect([isError, text]).toEqual([true, expect.stringMatching(/^\[CONFLICT\] .*Nothing was changed\./)]);
    expect(writesOf(sandbox)).toHaveLength(2);
  });

  it("with a policy that somebody changed leaves their change alone", async () => {
    network.use(
      http.put(
        `${sandbox.url}${POLICY}`,
        async () => {
          await store({ amount: 999, exceededAction: "pause", period: "monthly", thresholds: [100], currency: "USD" });
          return HttpResponse.json({ code: 40901, message: "changed", data: null }, { status: 409 });
        },
        { once: true },
      ),
    );
    const { text } = await call(NAME, asked);
    expect(text).toMatch(/^\[CONFLICT\] .*Nothing was changed\./);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("whose second look fails is told as refused", async () => {
    sandbox.setSwitch("budgetConflict", "always");
    sandbox.setFault({ kind: "403", path: POLICY, method: "GET", skip: 2 });
    const { text } = await call(NAME, asked);
    expect(text).toMatch(/^\[CONFLICT\] .*Nothing was changed\./);
    expect(writesOf(sandbox)).toHaveLength(1);
  });
});

describe("refusals", () => {
  it.each([
    [
      "missing",
      /^\[BAD_DATA\] The budget policy could not be found in the service's answer, so it was not overwritten\. Nothing was changed\./,
    ],
    [
      "eur",
      /^\[INVALID_ARGUMENT\] The workspace budget is kept in EUR; this tool writes US dollars only\. Nothing was changed\./,
    ],
  ] as const)("a policy of the shape %s is never written", async (shape, expected) => {
    sandbox.setSwitch("budgetControlShape", shape);
    expect((await call(NAME, asked)).text).toMatch(expected);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it.each([
    ["403", /^\[FORBIDDEN\] .*Nothing was changed\./],
    ["404", /^\[NOT_FOUND\] .*Nothing was changed\./],
    ["empty", /^\[BAD_RESPONSE\] .*Nothing was changed\./],
    ["html200", /^\[BAD_RESPONSE\] .*Nothing was changed\./],
    ["code200", /^\[UPSTREAM_ERROR\] .*Nothing was changed\./],
  ] as const)("a policy that cannot be read (%s) is never written", async (kind, expected) => {
    sandbox.setFault({ kind, path: POLICY, method: "GET" });
    expect((await call(NAME, asked)).text).toMatch(expected);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("a token of write scope is told that admin is needed", async () => {
    const { text } = await freshChanges(sandbox, { credential: sandbox.credentials.pats.write })(NAME, asked);
    expect(text).toMatch(/^\[FORBIDDEN\] This credential may not do that; scope admin is needed\./);
    expect(text).toContain("Nothing was changed.");
  });

  it.each([
    [{ budget_usd: 0 }, "budget_usd"],
    [{ budget_usd: 10.999 }, "budget_usd: must have at most two decimals"],
    [{ budget_usd: "0x10" }, "budget_usd"],
    [{ action: "pause" }, "action"],
    [{ action: undefined }, "action"],
    [{ period: "monthly" }, 'Unknown argument "period"'],
  ])("%j reaches nobody", async (change, expected) => {
    const { text } = await call(NAME, { ...asked, ...change });
    expect(text).toMatch(/^\[INVALID_ARGUMENT\] /);
    expect(text).toContain(expected);
    expect(sandbox.hits()).toEqual([]);
  });
});

describe("an answer that proves nothing", () => {
  it("is made good by reading the policy back", async () => {
    network.use(
      http.put(`${sandbox.url}${POLICY}`, async ({ request }) => {
        await fetch(bypass(request));
        return new HttpResponse(null, { status: 204 });
      }),
    );
    expect((await call(NAME, asked)).value).toMatchObject({ status: "applied", after: { budget_usd: 500 } });
  });

  it("leaves the change unconfirmed when the policy does not show it", async () => {
    sandbox.setFault({ kind: "empty", method: "PUT" });
    const { value } = await call(NAME, asked);
    expect(value.status).toBe("accepted_not_confirmed");
    expect(value.after).toEqual(value.before);
    expect(value.headline).toBe(
      "The monthly budget of the workspace: the service accepted $500.00 with the action block, but the change is not confirmed.",
    );
  });

  it("tells when a field that should have stayed has changed", async () => {
    network.use(
      http.put(`${sandbox.url}${POLICY}`, () =>
        HttpResponse.json({
          code: 0,
          data: { config: { amount: 500, exceededAction: "pause", period: "monthly", currency: "USD" } },
        }),
      ),
    );
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({
      status: "accepted_not_confirmed",
      remarks: ["The service now reports other values of thresholds than were sent."],
    });
  });

  it("is sent once only when the connection breaks", async () => {
    sandbox.setFault({ kind: "reset-after", path: POLICY, method: "PUT" });
    const { value } = await call(NAME, asked);
    expect(value).toMatchObject({
      status: "applied",
      after: { budget_usd: 500 },
      remarks: [
        "[CONNECTION_LOST] The service closed the connection. The change was applied (checked by reading it back).",
      ],
    });
    expect(writesOf(sandbox)).toHaveLength(1);
  });
});
