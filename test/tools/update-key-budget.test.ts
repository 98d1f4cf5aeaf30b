import { bypass, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { type Caller, freshChanges, writesOf } from "../harness/fresh.ts";
import { NOON } from "../harness/sandbox.ts";

const NAME = "update_key_budget";
const KEYS = "/api/v1/virtual-keys";
const network = setupServer();

let sandbox: Sandbox;
let call: Caller;
let id: string;

beforeAll(async () => {
  network.listen({ onUnhandledRequest: "bypass" });
  sandbox = await startSandbox({ now: () => NOON });
  call = freshChanges(sandbox);
  id = sandbox.credentials.keyIds.agent;
});
afterEach(() => {
  sandbox.reset();
  network.resetHandlers();
});
afterAll(async () => {
  network.close();
  await sandbox.close();
});

const asked = () => ({ key_id: id, budget_usd: 1_234.5, budget_action: "block" });

describe("a change", () => {
  it("sends dollars once and shows the key before and after", async () => {
    const { value } = await call(NAME, asked());
    expect(writesOf(sandbox)).toEqual([
      { method: "PATCH", path: `${KEYS}/${id}`, body: { budget: 1_234.5, budgetAction: "block" } },
    ]);
    const { before, after } = value;
    expect(value).toMatchObject({
      basis: { source: ["virtual_keys"], as_of: NOON.toISOString(), notes: [] },
      status: "applied",
      before: { id, label: "CS-Bot-Key", status: "active" },
      remarks: [],
    });
    expect(after).toEqual({ ...before, budget_usd: 1_234.5, budget_action: "block" });
    expect(value.headline).toMatch(
      /^The monthly budget of virtual key "CS-Bot-Key" is now \$1,234\.50 with the action block; before, it was \$[\d,.]+ with the action \w+\.$/,
    );
    expect(value.undo).toEqual({
      tool: NAME,
      arguments: { key_id: id, budget_usd: before.budget_usd, budget_action: before.budget_action },
    });
    const again = await call(NAME, asked());
    expect(again.value).toMatchObject({ status: "no_change", before: after, after });
    expect(again.value.headline).toMatch(/already is \$1,234\.50 with the action block; nothing was sent\.$/);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it.each([
    ["both", "alert_only", ["alert-only"]],
    ["hyphen", "block", ["block"]],
    ["underscore", "alert_only", ["alert-only", "alert_only"]],
    ["underscore", "block", ["block", "block_requests"]],
  ] as const)("is said in the service's spelling: %s, %s", async (words, action, sent) => {
    sandbox.setSwitch("vkActionWords", words);
    const { value } = await call(NAME, { ...asked(), budget_action: action });
    expect(value).toMatchObject({ status: "applied", after: { budget_action: action } });
    expect(writesOf(sandbox).map(({ body }) => body)).toEqual(
      sent.map((word) => ({ budget: 1_234.5, budgetAction: word })),
    );
  });

  it.each([
    ["saasEnvelope", "data"],
    ["saasEnvelope", "plain"],
    ["listContainer", "root"],
    ["totalPlace", "none"],
    ["maxPageSize", 25],
  ] as const)("works with %s=%s", async (name, setting) => {
    sandbox.setSwitch(name, setting);
    const { value } = await call(NAME, { ...asked(), key_id: id.toUpperCase() });
    expect(value).toMatchObject({ status: "applied", before: { label: "CS-Bot-Key" } });
  });

  it("says when more is spent already than the new budget", async () => {
    const { value } = await call(NAME, { ...asked(), budget_usd: 1 });
    const spent = sandbox.dataset.key(id, "2026-11-01", "2026-11-20").usd.toFixed(2);
    expect(value.remarks).toEqual([`In this billing cycle $${spent} is spent, more than the new budget.`]);
  });
});

describe("refusals", () => {
  it("a key that does not exist is not written to", async () => {
    const { isError, text } = await call(NAME, { ...asked(), key_id: "00000000-0000-0000-0000-000000000000" });
    expect([isError, text]).toEqual([
      true,
      "[NOT_FOUND] There is no virtual key 00000000-0000-0000-0000-000000000000 in this workspace. " +
        "Nothing was changed. Use list_virtual_keys to find its id.",
    ]);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("a revoked key is not written to", async () => {
    const { text } = await call(NAME, { ...asked(), key_id: sandbox.credentials.keyIds.revoked });
    expect(text).toMatch(
      /^\[INVALID_ARGUMENT\] The virtual key ".*" is revoked; its budget cannot be changed\. Nothing was changed\.$/,
    );
    expect(writesOf(sandbox)).toEqual([]);
  });

  it.each([
    [{ budget_usd: 0 }, "budget_usd"],
    [{ budget_usd: -5 }, "budget_usd"],
    [{ budget_usd: 0.001 }, "budget_usd"],
    [{ budget_usd: true }, "budget_usd"],
    [{ budget_usd: undefined }, "budget_usd"],
    [{ budget_action: "disable_key" }, "budget_action"],
    [{ budget_action: undefined }, "budget_action"],
    [{ key_id: "../../admin" }, "key_id: must be the UUID of a virtual key; list_virtual_keys lists them"],
    [{ key_id: "%2e%2e%2f" }, "key_id"],
    [{ confirm: true }, 'Unknown argument "confirm"'],
  ])("%j reaches nobody", async (change, expected) => {
    const { text } = await call(NAME, { ...asked(), ...change });
    expect(text).toMatch(/^\[INVALID_ARGUMENT\] /);
    expect(text).toContain(expected);
    expect(sandbox.hits()).toEqual([]);
  });

  it.each([
    ["400", /^\[REJECTED\] .*Nothing was changed\./],
    ["422", /^\[REJECTED\] .*Nothing was changed\./],
    ["404", /^\[NOT_FOUND\] There is no virtual key with that id .*Nothing was changed\. Use list_virtual_keys/],
    ["409", /^\[CONFLICT\] .*Nothing was changed\./],
    ["429", /^\[RATE_LIMITED\] .*Nothing was changed\./],
    ["500", /^\[UPSTREAM_ERROR\] .*Not applied as of 2026-11-20T12:00:00\.000Z\. Look again with list_virtual_keys/],
    ["reset", /^\[CONNECTION_LOST\] .*Not applied as of/],
    ["code200", /^\[UPSTREAM_ERROR\] .*Not applied as of/],
    ["html200", /^\[BAD_RESPONSE\] .*Not applied as of/],
    ["redirect", /^\[REDIRECT\] .*Not applied as of/],
  ] as const)("%s of the service is told with the state of the change, and sent once", async (kind, expected) => {
    sandbox.setFault({ kind, method: "PATCH" });
    const { isError, text } = await call(NAME, asked());
    expect([isError, text]).toEqual([true, expect.stringMatching(expected)]);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it("another refusal than of the word is not sent again", async () => {
    sandbox.setFault({ kind: "400", method: "PATCH", message: "budget is too high" });
    const { text } = await call(NAME, asked());
    expect(text).toContain('The service says: "budget is too high".');
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it("a list that cannot be read stops it", async () => {
    sandbox.setSwitch("listContainer", "unknown");
    const { text } = await call(NAME, asked());
    expect(text).toMatch(/^\[BAD_DATA\] .*Nothing was changed\./);
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("what cannot be known", () => {
  it("a key that could not be searched for to the end is written to, its old state unknown", async () => {
    // The key stands on the second page, which the service never gives.
    sandbox.setSwitch("pages", "repeat");
    sandbox.setSwitch("maxPageSize", 1);
    const { value } = await call(NAME, asked());
    expect(value).toMatchObject({
      status: "accepted_not_confirmed",
      before: null,
      after: { id, budget_usd: 1_234.5, budget_action: "block" },
    });
    expect(value.remarks[0]).toBe("The state before the change is unknown: 1 of 120 keys searched.");
    expect(value.headline).toBe(
      `The budget of virtual key ${id}: the service accepted $1,234.50 with the action block, but the change is not confirmed.`,
    );
  });

  it("an empty answer is made good by reading the key back", async () => {
    network.use(
      http.patch(`${sandbox.url}${KEYS}/:id`, async ({ request }) => {
        await fetch(bypass(request));
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { value } = await call(NAME, asked());
    expect(value).toMatchObject({
      status: "applied",
      after: { label: "CS-Bot-Key", budget_usd: 1_234.5 },
      remarks: [],
    });
  });

  it("a change that does not show is not called applied", async () => {
    sandbox.setFault({ kind: "empty", method: "PATCH" });
    const { isError, value } = await call(NAME, asked());
    expect(isError).toBe(false);
    expect(value.status).toBe("accepted_not_confirmed");
    expect(value.after).toEqual(value.before);
    expect(value.remarks[0]).toMatch(
      /^The service now reports a budget of \$[\d,.]+ with the action \w+, not of \$1,234\.50 with the action block\.$/,
    );
    expect(value.headline).toContain(
      "the service accepted $1,234.50 with the action block, but the change is not confirmed.",
    );
  });

  it("another value in the answer than asked for is told", async () => {
    network.use(
      http.patch(`${sandbox.url}${KEYS}/:id`, () =>
        HttpResponse.json({ code: 0, data: { id, budget: 99, budgetAction: "disable-key" } }),
      ),
    );
    const { value } = await call(NAME, asked());
    expect(value).toMatchObject({
      status: "accepted_not_confirmed",
      after: { budget_usd: 99, budget_action: "disable_key" },
      remarks: [
        "The service now reports a budget of $99.00 with the action disable_key, not of $1,234.50 with the action block.",
      ],
    });
  });

  it("a second look that fails leaves it unconfirmed, never unsaid", async () => {
    sandbox.setFault({ kind: "empty", method: "PATCH" });
    sandbox.setFault({ kind: "403", path: KEYS, method: "GET", skip: 2 });
    const { isError, value } = await call(NAME, asked());
    expect(isError).toBe(false);
    expect(value).toMatchObject({ status: "accepted_not_confirmed", after: null });
    expect(value.basis.notes[0].text).toBe(
      "The change was accepted, but reading it back failed (FORBIDDEN); check with list_virtual_keys.",
    );
  });
});
