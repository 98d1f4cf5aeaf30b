import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { type FaultKind, startSandbox } from "../../src/sandbox/serve.ts";
import { ask, asPat, pick, rowsAt, sandboxAt } from "./client.ts";

const sandbox = await sandboxAt();
beforeEach(() => sandbox.reset());

const newKey = { label: "Late", masterKeyId: sandbox.dataset.ids("masterKeys")[0], budget: 5 };
const create = () => asPat(sandbox, "virtual-keys", { method: "POST", body: newKey });
const keyCount = async () => pick((await asPat(sandbox, "virtual-keys?pageSize=1")).body, "data.total");

describe("answers", () => {
  it.each(["400", "401", "402", "403", "404", "409", "422", "429", "500", "503"] as const)(
    "%s as JSON",
    async (kind) => {
      sandbox.setFault({ kind, message: "told" });
      const answer = await asPat(sandbox, "agents");
      expect(answer.status).toBe(Number(kind));
      expect(answer.body).toEqual({ code: Number(kind) * 100 + 1, message: "told", data: null });
      expect(answer.headers.has("retry-after")).toBe(kind === "429");
    },
  );

  it.each(["502", "504"] as const)("%s as a proxy's page", async (kind) => {
    sandbox.setFault({ kind });
    const answer = await asPat(sandbox, "agents");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([Number(kind), "text/html; charset=utf-8"]);
  });

  it("code200, html200 and empty are HTTP 200", async () => {
    sandbox.setFault({ kind: "empty", times: "once" });
    sandbox.setFault({ kind: "html200", times: "once" });
    sandbox.setFault({ kind: "code200", times: "once", code: 50017 });
    const [code, html, empty] = [
      await asPat(sandbox, "agents"),
      await asPat(sandbox, "agents"),
      await asPat(sandbox, "agents"),
    ];
    expect([code?.status, html?.status, empty?.status]).toEqual([200, 200, 200]);
    expect(code?.body).toEqual({ code: 50017, message: "internal error", data: null });
    expect(html?.headers.get("content-type")).toMatch(/^text\/html/);
    expect(empty?.text).toBe("");
    expect((await asPat(sandbox, "agents")).status).toBe(200);
  });

  it("redirect names a target and does not answer", async () => {
    sandbox.setFault({ kind: "redirect" });
    const answer = await asPat(sandbox, "agents?page=2");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `${sandbox.url}/moved/api/v1/agents?page=2`]);
    sandbox.setFault({ kind: "redirect", location: "http://evil.example/", status: 307 });
    expect((await asPat(sandbox, "agents")).headers.get("location")).toBe("http://evil.example/");
  });

  it("slow waits, then answers as usual", async () => {
    sandbox.setFault({ kind: "slow", delayMs: 80 });
    const start = performance.now();
    expect((await asPat(sandbox, "departments")).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
  });

  it("cut-json is a whole answer with half a body", async () => {
    const whole = (await asPat(sandbox, "departments")).text;
    sandbox.setFault({ kind: "cut-json" });
    const half = await asPat(sandbox, "departments");
    expect([half.status, half.body]).toEqual([200, undefined]);
    expect(half.text).toBe(whole.slice(0, Math.floor(whole.length / 2)));
  });
});

describe("lost connections", () => {
  it.each(["reset", "reset-before", "reset-after", "late", "truncated"] as const)(
    "%s breaks the call",
    async (kind) => {
      sandbox.setFault({ kind, times: "once" });
      await expect(asPat(sandbox, "departments")).rejects.toThrow();
      expect((await asPat(sandbox, "departments")).status).toBe(200);
    },
  );

  it.each([
    ["reset", 120],
    ["reset-before", 120],
    ["reset-after", 121],
    ["truncated", 121],
  ] as const)("a write under %s leaves %i keys", async (kind, count) => {
    sandbox.setFault({ kind, method: "POST", times: "once" });
    await expect(create()).rejects.toThrow();
    expect(await keyCount()).toBe(count);
    expect(sandbox.hits().filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("a late write is applied after the connection was lost", async () => {
    sandbox.setFault({ kind: "late", method: "POST", delayMs: 150 });
    await expect(create()).rejects.toThrow();
    expect(await keyCount()).toBe(120);
    await delay(250);
    expect(await keyCount()).toBe(121);
  });
});

describe("aim", () => {
  const statuses = async (...paths: string[]) => {
    const seen: number[] = [];
    for (const path of paths) seen.push((await asPat(sandbox, path)).status);
    return seen;
  };

  it("strikes by path pattern, method and query", async () => {
    sandbox.setFault({ kind: "500", path: "/api/v1/analytics/*" });
    sandbox.setFault({ kind: "404", path: "/api/v1/virtual-keys", query: { page: "3" } });
    sandbox.setFault({ kind: "403", method: "post" });
    expect(
      await statuses("analytics/usage", "analytics/models", "agents", "virtual-keys?page=2", "virtual-keys?page=3"),
    ).toEqual([500, 500, 200, 200, 404]);
    expect((await create()).status).toBe(403);
    sandbox.clearFaults();
    expect(await statuses("analytics/usage")).toEqual([200]);
  });

  it("counts: once, n times, after a few", async () => {
    sandbox.setFault({ kind: "503", times: 2 });
    expect(await statuses("agents", "agents", "agents")).toEqual([503, 503, 200]);
    sandbox.setFault({ kind: "500", skip: 1, times: "once" });
    expect(await statuses("agents", "agents", "agents")).toEqual([200, 500, 200]);
    sandbox.setFault({ kind: "500", times: 0 });
    expect(await statuses("agents")).toEqual([200]);
  });

  it("the switch strikes everything, the control routes never", async () => {
    const kind: FaultKind = "500";
    sandbox.setSwitch("fault", kind);
    expect(await statuses("agents", "cockpit/health")).toEqual([500, 500]);
    sandbox.setFault({ kind: "409", times: "once" });
    expect(await statuses("agents", "agents")).toEqual([409, 500]);
    expect((await ask(`${sandbox.url}/__sandbox/switches`)).status).toBe(200);
  });
});

describe("the hit log", () => {
  it("keeps method, path, query, headers, body and status, without the credential", async () => {
    sandbox.resetHits();
    await asPat(sandbox, "agents?page=2");
    await create();
    sandbox.setFault({ kind: "reset" });
    await asPat(sandbox, "members").catch(() => undefined);
    const [get, post, lost] = sandbox.hits();
    expect(get).toMatchObject({ method: "GET", path: "/api/v1/agents", query: { page: "2" }, body: null, status: 200 });
    expect(get?.headers["x-workspace-id"]).toBe(sandbox.credentials.workspaceId);
    expect(get?.headers.authorization).toMatch(/^Bearer pat_ws\w{6}_\w…$/);
    expect(post).toMatchObject({ method: "POST", body: newKey, status: 201 });
    expect(lost).toMatchObject({ path: "/api/v1/members", status: 0 });
  });
});

describe("control over HTTP", () => {
  const control = (path: string, method = "GET", body?: unknown) =>
    ask(`${sandbox.url}/__sandbox/${path}`, body === undefined ? { method } : { method, body });

  it("sets switches, all or none", async () => {
    const set = await control("switches", "POST", { costsShape: "flat", maxPageSize: "9", rateLimit: "off" });
    expect(set.body).toMatchObject({ costsShape: "flat", maxPageSize: 9, rateLimit: "off" });
    const bad = await control("switches", "POST", { costsShape: "breakdown", maxPageSize: "lots" });
    expect([bad.status, pick(bad.body, "error")]).toEqual([400, 'switch "maxPageSize" does not take "lots"']);
    expect(pick((await control("switches")).body, "costsShape")).toBe("flat");
  });

  it("arms and clears faults, resets, and tells hits, events and credentials", async () => {
    await control("faults", "POST", [
      { kind: "500", times: "once" },
      { kind: "503", path: "/api/v1/agents" },
    ]);
    expect((await asPat(sandbox, "agents")).status).toBe(503);
    await control("faults", "DELETE");
    expect((await asPat(sandbox, "agents")).status).toBe(200);
    expect(rowsAt({ hits: (await control("hits")).body }, "hits")).toHaveLength(2);
    await control("hits", "DELETE");
    expect((await control("hits")).body).toEqual([]);
    expect((await control("events")).body).toEqual(sandbox.events);
    expect((await control("credentials")).body).toEqual(sandbox.credentials);
    await control("switches", "POST", { fault: "500" });
    expect((await control("reset", "POST")).body).toEqual({ reset: true });
    expect((await asPat(sandbox, "agents")).status).toBe(200);
  });

  it.each([
    [{ kind: "meteor" }],
    [{ kind: "500", times: "often" }],
    [{ kind: "500", path: 1 }],
    [{ kind: "500", skip: "1" }],
    [{ kind: "500", colour: "red" }],
    ["nothing"],
  ])("refuses the fault %j", async (fault) => {
    expect((await control("faults", "POST", fault)).status).toBe(400);
  });
});

describe("the server", () => {
  it("rejects a port that is taken and frees its own on close", async () => {
    const first = await startSandbox();
    await expect(startSandbox({ port: first.port })).rejects.toThrow(/EADDRINUSE/);
    await first.close();
    const second = await startSandbox({ port: first.port });
    expect(second.url).toBe(`http://127.0.0.1:${first.port}`);
    await second.close();
    await expect(ask(second.url)).rejects.toThrow();
  });
});
