import { bypass, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { type Caller, freshChanges, writesOf } from "../harness/fresh.ts";
import { NOON } from "../harness/sandbox.ts";

const NAME = "revoke_virtual_key";
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

const statusWith = async (key: string) =>
  (await fetch(`${sandbox.url}/api/v1/cockpit/scope`, { headers: { authorization: `Bearer ${key}` } })).status;

describe("a revocation", () => {
  it.each(["200", "204"] as const)(
    "is proven when the service answers %s, and ends the key at once",
    async (answer) => {
      sandbox.setSwitch("revokeAnswer", answer);
      expect(await statusWith(sandbox.credentials.virtualKeys.agent)).toBe(200);
      const { value } = await call(NAME, { key_id: id });
      expect(value).toMatchObject({
        headline: 'The virtual key "CS-Bot-Key" is revoked; calls with it are refused from now on.',
        basis: { source: ["virtual_keys"], as_of: NOON.toISOString(), notes: [] },
        status: "applied",
        before: { id, status: "active" },
        after: { id, label: "CS-Bot-Key", status: "revoked" },
        remarks: [],
      });
      expect(writesOf(sandbox)).toEqual([{ method: "POST", path: `${KEYS}/${id}/revoke`, body: null }]);
      expect(await statusWith(sandbox.credentials.virtualKeys.agent)).toBe(401);
    },
  );

  it("of a revoked key sends nothing", async () => {
    const { value } = await call(NAME, { key_id: sandbox.credentials.keyIds.revoked });
    expect(value).toMatchObject({
      headline: expect.stringMatching(/^The virtual key ".+" is already revoked; nothing was sent\.$/),
      status: "no_change",
      after: { status: "revoked" },
    });
    expect(value.before).toEqual(value.after);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("that somebody else made a moment before is no failure", async () => {
    sandbox.setSwitch("revokeTwice", "409");
    network.use(
      http.post(
        `${sandbox.url}${KEYS}/:id/revoke`,
        async ({ request }) => {
          await fetch(bypass(request.clone()));
          return fetch(bypass(request));
        },
        { once: true },
      ),
    );
    const { isError, value } = await call(NAME, { key_id: id });
    expect(isError).toBe(false);
    expect(value).toMatchObject({
      headline: 'The virtual key "CS-Bot-Key" was revoked by somebody else in the meantime.',
      status: "no_change",
      before: { status: "active" },
      after: { status: "revoked" },
    });
  });

  it("that does not show is not called applied", async () => {
    sandbox.setFault({ kind: "empty", method: "POST" });
    const { value } = await call(NAME, { key_id: id });
    expect(value).toMatchObject({
      headline: 'The service accepted the revocation of virtual key "CS-Bot-Key", but it is not confirmed.',
      status: "accepted_not_confirmed",
      after: { status: "active" },
      remarks: ["The service now reports the status active, not revoked."],
    });
  });

  it("with another status in the answer is told", async () => {
    network.use(
      http.post(`${sandbox.url}${KEYS}/:id/revoke`, () =>
        HttpResponse.json({ code: 0, data: { id, status: "disabled" } }),
      ),
    );
    const { value } = await call(NAME, { key_id: id });
    expect(value).toMatchObject({
      status: "accepted_not_confirmed",
      remarks: ["The service now reports the status disabled, not revoked."],
    });
  });

  it("of a key that could not be searched for to the end goes on, its old state unknown", async () => {
    sandbox.setSwitch("pages", "repeat");
    sandbox.setSwitch("maxPageSize", 1);
    const { value } = await call(NAME, { key_id: id });
    expect(value).toMatchObject({ status: "accepted_not_confirmed", before: null, after: { id, status: "revoked" } });
    expect(value.remarks[0]).toBe("The state before the change is unknown: 1 of 120 keys searched.");
  });
});

describe("refusals", () => {
  it("a key that does not exist is not revoked", async () => {
    const { text } = await call(NAME, { key_id: "00000000-0000-0000-0000-000000000000" });
    expect(text).toMatch(
      /^\[NOT_FOUND\] There is no virtual key 00000000-.*Nothing was changed\. Use list_virtual_keys to find its id\.$/,
    );
    expect(writesOf(sandbox)).toEqual([]);
  });

  it.each([
    ["409", /^\[CONFLICT\] .*Nothing was changed\./],
    ["404", /^\[NOT_FOUND\] There is no virtual key with that id .*Nothing was changed\. Use list_virtual_keys/],
    ["403", /^\[FORBIDDEN\] .*Nothing was changed\./],
    ["503", /^\[UPSTREAM_ERROR\] .*Not applied as of 2026-11-20T12:00:00\.000Z\./],
    ["reset-before", /^\[CONNECTION_LOST\] .*Not applied as of 2026-11-20T12:00:00\.000Z\./],
  ] as const)("%s of the service is told with the state of the change, and sent once", async (kind, expected) => {
    sandbox.setFault({ kind, method: "POST" });
    const { isError, text } = await call(NAME, { key_id: id });
    expect([isError, text]).toEqual([true, expect.stringMatching(expected)]);
    expect(writesOf(sandbox)).toHaveLength(1);
  });

  it("a token of read scope is told which scope is needed", async () => {
    const { text } = await freshChanges(sandbox, { credential: sandbox.credentials.pats.read })(NAME, { key_id: id });
    expect(text).toMatch(/^\[FORBIDDEN\] This credential may not do that; scope write is needed\./);
  });

  it.each([{}, { key_id: "x" }, { key_id: `${"0".repeat(8)}/../admin` }, { key_id: null }])(
    "%j reaches nobody",
    async (args) => {
      expect((await call(NAME, args)).text).toMatch(/^\[INVALID_ARGUMENT\] key_id: /);
      expect(sandbox.hits()).toEqual([]);
    },
  );
});
