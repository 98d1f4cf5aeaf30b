import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mode } from "../../src/mode.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { type SandboxHarness, withSandbox } from "../harness/sandbox.ts";

/** Every read of several requests is asked once in good health, then once with each of its requests failing. */
const SINGLE_LISTS = /^(list_|check_|get_subscription_info|get_my_scope|get_my_recent_requests)/;

/** How many were judged, of which class, on how many points: 0 of them is a fact when they could not be read. */
const COUNTS = /\.(counts|checked)\.|\.n$/;

type Numbers = Map<string, number | null>;

/** All numbers of an answer by their place; rows of a list by their id or name, not by their position. */
function numbersOf(value: unknown, place = "", found: Numbers = new Map()): Numbers {
  if (typeof value === "number" || value === null) found.set(place, value);
  if (typeof value !== "object" || value === null) return found;
  for (const [name, each] of Object.entries(value)) {
    if (name !== "basis") numbersOf(each, `${place}.${Array.isArray(value) ? (nameOf(each) ?? name) : name}`, found);
  }
  return found;
}

/** The id or name of a row, or that of the scope it speaks of. */
function nameOf(row: unknown): string | null {
  const fields = new Map(typeof row === "object" && row !== null ? Object.entries(row) : []);
  if (fields.has("scope")) return nameOf(fields.get("scope"));
  const names = ["id", "model", "name", "type"].map((name) => fields.get(name));
  return names.find((name) => typeof name === "string") ?? null;
}

describe.each(["manager", "vk"] as const)("in %s mode", (mode: Mode) => {
  let harness: SandboxHarness;
  beforeAll(async () => {
    harness = await withSandbox(mode);
  });
  afterAll(() => harness.close());

  async function defaults(): Promise<Record<string, Record<string, unknown>>> {
    const [agent] = harness.sandbox.dataset.ids("agents");
    const [member] = harness.sandbox.dataset.ids("members");
    const [department] = harness.sandbox.dataset.ids("departments");
    return {
      get_agent_analytics: { agent_id: agent },
      get_member_analytics: { member_id: member },
      get_department_analytics: { department_id: department },
      get_usage_timeseries: { metric: "cost" },
      drill_down_spend: { dimension: "department", entity_id: department },
      compare_entity_periods: { entity_type: "agent", entity_id: agent },
    };
  }

  const reads = TOOLS.filter(({ name, effect, modes }) => {
    return effect === "read" && modes.includes(mode) && !SINGLE_LISTS.test(name);
  });

  it.each(reads.map(({ name }) => name))(
    "%s: what failed is named and never becomes zero",
    async (name) => {
      const { sandbox } = harness;
      const args = (await defaults())[name] ?? {};
      sandbox.reset();
      const healthy = await harness.call(name, args);
      expect(healthy.isError).toBe(false);
      const before = numbersOf(healthy.value);
      const requests = new Map(sandbox.hits().map((hit) => [JSON.stringify([hit.path, hit.query]), hit]));
      const wrong: string[] = [];
      for (const [asked, { path, query }] of requests) {
        sandbox.reset();
        sandbox.setFault({ kind: "500", path, query });
        const { isError, value, text } = await harness.call(name, args);
        if (isError) {
          if (!/^\[[A-Z_]+\] /.test(text)) wrong.push(`${asked}: ${text}`);
          continue;
        }
        const codes = value.basis.notes.map(({ code }: { code: string }) => code);
        if (!codes.includes("sub_call_failed")) wrong.push(`${asked}: not named, ${JSON.stringify(value.headline)}`);
        for (const [place, number] of numbersOf(value)) {
          const was = COUNTS.test(place) ? null : before.get(place);
          if (number === 0 && typeof was === "number" && was !== 0) wrong.push(`${asked}: ${place} was ${was}, is 0`);
        }
      }
      expect(wrong).toEqual([]);
    },
    60_000,
  );
});
