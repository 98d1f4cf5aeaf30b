import { beforeEach, describe, expect, it } from "vitest";
import type { SwitchName } from "../../src/sandbox/serve.ts";
import { assignSwitch, defaultSwitches, SWITCH_CHOICES } from "../../src/sandbox/switches.ts";
import { analyticsCases } from "./cases/analytics.ts";
import { cockpitCases } from "./cases/cockpit.ts";
import { managementCases } from "./cases/management.ts";
import { type Answer, ask, asPat, asVk, patHeaders, pick, rowsAt, sandboxAt } from "./client.ts";

const sandbox = await sandboxAt();
beforeEach(() => sandbox.reset());

const CASES = [...cockpitCases(sandbox), ...analyticsCases(sandbox), ...managementCases(sandbox)];

function send(request: string): Promise<Answer> {
  const [word = "", target = ""] = request.split(" ");
  const masterKeyId = sandbox.dataset.ids("masterKeys")[0];
  switch (word) {
    case "vk":
      return asVk(sandbox, target);
    case "pat":
      return asPat(sandbox, target);
    case "bare":
      return ask(`${sandbox.url}/api/v1/${target}`, {
        headers: { authorization: patHeaders(sandbox).authorization ?? "" },
      });
    case "create":
      return asPat(sandbox, "virtual-keys", { method: "POST", body: { label: "New", masterKeyId, budget: 5 } });
    case "revoke":
      return asPat(sandbox, `virtual-keys/${target}/revoke`, { method: "POST" });
    default:
      return asPat(sandbox, `virtual-keys/${target}`, { method: "PATCH", body: { budgetAction: word } });
  }
}

function placeIn({ status, text, headers, body }: Answer, place: string): unknown {
  const rest: Record<string, unknown> = {
    "@status": status,
    "@text": text,
    "@date": headers.get("date"),
    "@type": headers.get("content-type"),
    "": body,
  };
  return place in rest ? rest[place] : pick(body, place);
}

/** The typed setter takes one name at a time; a table needs the untyped door. */
function assign(name: SwitchName, value: string | number): void {
  const switches = defaultSwitches();
  assignSwitch(switches, name, value);
  sandbox.setSwitch(name, switches[name]);
}

it.each(CASES)("%s=%s: %s %s", async (name, value, request, place, expected) => {
  assign(name, value);
  expect(placeIn(await send(request), place)).toEqual(expected);
});

it("hostile labels stay different from row to row", async () => {
  sandbox.setSwitch("labels", "hostile");
  const rows = rowsAt((await asPat(sandbox, "virtual-keys?pageSize=200")).body, "data.data");
  expect(new Set(rows.map((row) => pick(row, "label"))).size).toBe(120);
});

describe("the table", () => {
  const elsewhere = new Set(["listContainer", "totalPlace", "pages", "vkLimitStatus", "budgetConflict"]);

  it("tries every value, or another file of this folder does", () => {
    for (const [name, values] of Object.entries(SWITCH_CHOICES)) {
      if (elsewhere.has(name)) continue;
      const tried = new Set(CASES.filter(([known]) => known === name).map(([, value]) => value));
      for (const value of values.slice(1)) expect(tried, `${name}=${value}`).toContain(value);
    }
  });

  it("has every choice's first value as its default", () => {
    const defaults = new Map<string, unknown>(Object.entries(defaultSwitches()));
    for (const [name, values] of Object.entries(SWITCH_CHOICES)) expect(defaults.get(name), name).toBe(values[0]);
  });

  it.each([
    ["costsShape", "round"],
    ["maxPageSize", 0],
    ["maxPageSize", "many"],
    ["rateLimit", -1],
    ["fault", "meteor"],
    ["noSuchSwitch", 1],
  ])("refuses %s=%s", (name, value) => {
    expect(() => assignSwitch(defaultSwitches(), name, value)).toThrow(RangeError);
  });
});

describe("rate and latency", () => {
  it("rateLimit lets n calls a minute pass, then answers 429 with Retry-After", async () => {
    sandbox.setSwitch("rateLimit", 2);
    const seen = [await asPat(sandbox, "agents"), await asPat(sandbox, "agents"), await asPat(sandbox, "agents")];
    expect(seen.map((answer) => answer.status)).toEqual([200, 200, 429]);
    expect(seen[2]?.body).toEqual({ code: 42901, message: "too many requests", data: null });
    expect(Number(seen[2]?.headers.get("retry-after"))).toBeGreaterThan(50);
    expect((await asVk(sandbox, "cockpit/scope")).status).toBe(200);
  });

  it.each([
    ["2", "2"],
    ["banana", "banana"],
    ["-5", "-5"],
    ["none", null],
    ["date:120", "Fri, 20 Nov 2026 15:02:00 GMT"],
    ["date:-60", "Fri, 20 Nov 2026 14:59:00 GMT"],
  ])("retryAfter=%s", async (value, header) => {
    sandbox.setSwitch("retryAfter", value);
    sandbox.setFault({ kind: "429", times: 1 });
    sandbox.setFault({ kind: "503", times: 1 });
    for (let i = 0; i < 2; i += 1) expect((await asPat(sandbox, "agents")).headers.get("retry-after")).toBe(header);
  });

  it("latencyMs waits before every answer", async () => {
    sandbox.setSwitch("latencyMs", 60);
    const start = performance.now();
    await asPat(sandbox, "departments");
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });
});
