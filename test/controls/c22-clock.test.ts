import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Mode } from "../../src/mode.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { argumentsOf } from "../harness/arguments.ts";
import { type Answered, connect, type Harness } from "../harness/client.ts";
import { writesOf } from "../harness/fresh.ts";
import { useSmallService } from "../harness/small-service.ts";
import { WRITE_TOOLS, writeCase } from "../harness/writes.ts";

const HOUR_MS = 3_600_000;

/** Our clock, and how far the service's is ahead of it: both ways across midnight in UTC. */
const SIDES = [
  { own: new Date("2026-11-20T22:30:00Z"), hours: 3, says: "Your clock differs by about 3 h (it is behind)" },
  { own: new Date("2026-11-21T01:30:00Z"), hours: -3, says: "Your clock differs by about 3 h (it is ahead)" },
] as const;

for (const { own, hours, says } of SIDES) {
  const NOTE = { code: "clock_skew", text: `${says}; dates use the service's clock.` };
  const truth = new Date(own.getTime() + hours * HOUR_MS);

  describe(`C22 row 48 a clock with the service ${hours} h ahead`, () => {
    let sandbox: Sandbox;
    beforeAll(async () => {
      sandbox = await startSandbox({ now: () => own });
    });
    afterEach(() => sandbox.reset());
    afterAll(() => sandbox.close());

    function open(mode: Mode, now: Date): Promise<Harness> {
      sandbox.setSwitch("clockSkew", hours * 3_600);
      const { credentials, url } = sandbox;
      return connect({
        mode,
        baseUrl: url,
        credential: mode === "vk" ? credentials.virtualKeys.agent : credentials.pats.admin,
        ...(mode === "manager" && { workspaceId: credentials.workspaceId }),
        now: () => now,
      });
    }

    /** The first call of a process; its requests. */
    async function first(mode: Mode, now: Date, name: string, args: Record<string, unknown>) {
      const harness = await open(mode, now);
      sandbox.resetHits();
      const answer = await harness.call(name, args);
      const hits = sandbox.hits().length;
      await harness.close();
      return { answer, hits };
    }

    const reads = (["vk", "manager"] as const).flatMap((mode) =>
      TOOLS.filter(({ modes, effect }) => effect === "read" && modes.includes(mode)).map(({ name }) => ({
        mode,
        name,
      })),
    );

    it.each(reads)("$mode $name answers at once as by the right clock, and says so", async ({ mode, name }) => {
      const [args = {}] = argumentsOf(name, sandbox);
      const right = await first(mode, truth, name, args);
      const skewed = await first(mode, own, name, args);
      const [note, ...notes] = skewed.answer.value.basis.notes;
      expect(note).toEqual(NOTE);
      const value = { ...skewed.answer.value, basis: { ...skewed.answer.value.basis, notes } };
      expect(steady(value)).toEqual(steady(right.answer.value));
      // Asked twice at the most; by the wrong clock its rows may seem to be of another window, and are read again with dates.
      const readAgain = name === "drill_down_spend" ? 1 : 0;
      expect(skewed.hits).toBeLessThanOrEqual(2 * right.hits + readAgain);
    });

    it.each(WRITE_TOOLS)("the plan of %s too, and nothing is sent", async (tool) => {
      const { args } = writeCase(sandbox, tool);
      const right = await first("manager", truth, tool, args);
      const { answer } = await first("manager", own, tool, args);
      const [note, ...notes] = answer.value.basis.notes;
      expect(note).toEqual(NOTE);
      expect(steady({ ...answer.value, basis: { ...answer.value.basis, notes } })).toEqual(steady(right.answer.value));
      expect(writesOf(sandbox)).toEqual([]);
    });

    it("stderr says it once, and only the first call asks twice", async () => {
      const harness = await open("vk", own);
      const counts: number[] = [];
      for (let call = 0; call < 3; call += 1) {
        sandbox.resetHits();
        await harness.call("get_daily_costs", { period: "7d" });
        counts.push(sandbox.hits().length);
      }
      await harness.close();
      expect(counts).toEqual([2, 1, 1]);
      expect(harness.logLines.filter((line) => line.includes(says))).toEqual([`alephant-mcp warn: ${NOTE.text}`]);
    });

    it("an error of the first asking, made by the wrong day, is asked again", async () => {
      sandbox.setFault({ kind: "422", path: "/api/v1/analytics/usage", times: 1 });
      const { answer } = await first("manager", own, "get_usage_summary", { period: "7d" });
      expect(answer.isError).toBe(false);
      expect(answer.value.basis.window.to).toBe(truth.toISOString().slice(0, 10));
    });
  });
}

/** What differs from call to call whatever the clock says. */
function steady(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, held: unknown) => (["latency_ms", "token"].includes(key) ? 0 : held)).replace(
      /in \d+ ms/g,
      "in 0 ms",
    ),
  );
}

describe("C22 what counts as a difference", () => {
  let sandbox: Sandbox;
  let own = new Date("2026-11-20T12:00:00Z");
  beforeAll(async () => {
    sandbox = await startSandbox({ now: () => new Date("2026-11-20T12:00:00Z") });
  });
  afterAll(() => sandbox.close());

  async function notesAt(...times: readonly string[]): Promise<string[][]> {
    const { credentials, url } = sandbox;
    const harness = await connect({
      mode: "vk",
      baseUrl: url,
      credential: credentials.virtualKeys.agent,
      now: () => own,
    });
    const found: string[][] = [];
    for (const time of times) {
      own = new Date(`2026-11-20T${time}Z`);
      const { value }: Answered = await harness.call("get_my_scope");
      const notes: { code: string; text: string }[] = value.basis.notes;
      found.push(notes.filter(({ code }) => code === "clock_skew").map(({ text }) => text));
    }
    await harness.close();
    return found;
  }

  it("five minutes are none, a second more is one", async () => {
    const said = (minutes: number, side: string) =>
      `Your clock differs by about ${minutes} min (it is ${side}); dates use the service's clock.`;
    expect(await notesAt("11:55:00", "12:05:00")).toEqual([[], []]);
    expect(await notesAt("11:54:59", "12:05:01", "13:00:00")).toEqual([
      [said(5, "behind")],
      [said(5, "ahead")],
      [said(60, "ahead")],
    ]);
  });

  it("ends when the clock is put right", async () => {
    expect((await notesAt("15:00:00", "12:00:00")).map((notes) => notes.length)).toEqual([1, 0]);
  });
});

describe("C22 row 48 days of the future", () => {
  const service = useSmallService();
  const usage = { "2026-11-18": 4, "2026-11-19": 5, "2026-11-20": 1 };

  it.each([
    [
      { ...usage, "2026-11-21": 7, "2026-11-22": 8 },
      ["2 daily records lie in the future (after 2026-11-20, UTC) and are left out."],
    ],
    [{ ...usage, "2026-11-21": 7 }, ["1 daily record lies in the future (after 2026-11-20, UTC) and is left out."]],
  ])("are left out and told: %j", async (daily, texts) => {
    const tool = TOOLS.find(({ name }) => name === "get_usage_summary");
    if (tool === undefined) throw new Error("no tool");
    const { value } = await service.ask({ usage: daily }, tool, { now: "2026-11-20T12:00:00Z" });
    const notes: { code: string; text: string }[] = value.basis.notes;
    expect(notes.filter(({ code }) => code === "clock_skew").map(({ text }) => text)).toEqual(texts);
    expect(value.total_cost_usd).toBe(10);
  });
});
