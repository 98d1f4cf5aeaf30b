import { describe, expect, it } from "vitest";
import { causesOf, episodeCuts, windowCuts } from "../../src/finops/change-causes.ts";
import { cut, entity, failed, ok } from "./usage-fixture.ts";

const MODELS = {
  current: ok(cut({ big: 62, mid: 68, mini: 10, fresh: 20 })),
  previous: ok(cut({ big: 60, mid: 30, mini: 10 })),
};
const DEPARTMENTS = { current: ok(cut({ Eng: 112, Mkt: 48 })), previous: ok(cut({ Eng: 70, Mkt: 30 })) };

describe("what explains a change between windows", () => {
  it("CA-1 the models do; departments that grew alike only say so too", () => {
    const causes = causesOf(
      { actualUsd: 160, expectedUsd: 100 },
      windowCuts({ department: DEPARTMENTS, model: MODELS }),
    );
    expect(causes).toEqual({
      dimension: "model",
      change_usd: 60,
      offsetting: false,
      drivers: [
        { id: "mid", name: "MID", actual_usd: 68, expected_usd: 30, delta_usd: 38, explained_pct: 63.3 },
        { id: "fresh", name: "FRESH", actual_usd: 20, expected_usd: 0, delta_usd: 20, explained_pct: 33.3 },
      ],
      other: { count: 2, delta_usd: 2 },
      also: [{ dimension: "department", id: "Eng", name: "ENG", delta_usd: 42, explained_pct: 70 }],
    });
  });

  it("CA-2 changes that offset each other are told in USD alone", () => {
    const cuts = windowCuts({
      agent: { current: ok(cut({ x: 190, y: 5, z: 60 })), previous: ok(cut({ x: 100, y: 100, z: 50 })) },
    });
    const causes = causesOf({ actualUsd: 255, expectedUsd: 250 }, cuts);
    expect(causes).toMatchObject({ offsetting: true, change_usd: 5, also: [] });
    expect(causes?.drivers.map(({ id, delta_usd, explained_pct }) => [id, delta_usd, explained_pct])).toEqual([
      ["y", -95, undefined],
      ["x", 90, undefined],
      ["z", 10, undefined],
    ]);
  });

  it("drivers and other add up to the change, to the cent", () => {
    const causes = causesOf({ actualUsd: 10.005, expectedUsd: 0 }, [
      {
        dimension: "agent",
        elements: ["a", "b", "c"].map((id) => ({ id, name: null, actualUsd: 3.335, expectedUsd: 0 })),
      },
    ]);
    const parts = [...(causes?.drivers ?? []).map(({ delta_usd }) => delta_usd), causes?.other.delta_usd ?? 0];
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(causes?.change_usd ?? 0, 9);
  });

  it.each([
    ["failed", failed<ReturnType<typeof cut>>()],
    ["degraded", ok(cut({ big: 60, mid: 30, mini: 10 }), true)],
    ["not known for one model", ok({ rows: [entity("big", 60), entity("mid", null)], complete: true })],
    ["cut off", ok(cut({ big: 60 }, false))],
  ])("a cut whose window before is %s explains nothing", (_, previous) => {
    expect(windowCuts({ model: { ...MODELS, previous } })).toEqual([]);
  });

  it("a change under a cent needs no causes", () => {
    expect(causesOf({ actualUsd: 160, expectedUsd: 100 }, [])).toBeNull();
    expect(causesOf({ actualUsd: 1, expectedUsd: 1.001 }, windowCuts({ model: MODELS }))).toBeNull();
  });
});

describe("what explains an episode", () => {
  const during = cut({ bot: 300, rest: 70 });
  const agents = { during: ok(during), before: ok(cut({ bot: 700, rest: 2_100 })) };
  const members = { during: ok(cut({ ann: 30 })), before: ok(cut({ ann: 280 })) };

  it("expects of each what it spent of the days before, unattributed money included", () => {
    const causes = causesOf(
      { actualUsd: 400, expectedUsd: 120 },
      episodeCuts({ expectedUsd: 120, beforeUsd: 3_360 }, { agent: agents }),
    );
    // Of 3,360 before, 560 belonged to no agent: 20 of the 120 that were expected.
    expect(causes?.drivers).toEqual([
      { id: "bot", name: "BOT", actual_usd: 300, expected_usd: 25, delta_usd: 275, explained_pct: 98.2 },
    ]);
  });

  it("a cut that holds little of the money is not the first to explain it", () => {
    const causes = causesOf(
      { actualUsd: 400, expectedUsd: 120 },
      episodeCuts({ expectedUsd: 120, beforeUsd: 3_360 }, { member: members, agent: agents }),
    );
    expect(causes?.dimension).toBe("agent");
    expect(causes?.also).toEqual([]);
  });

  const twice = ok({ rows: [...during.rows, entity("bot", 5)], complete: true });

  it.each([
    ["failed", { during: failed<ReturnType<typeof cut>>(), before: agents.before }],
    ["is degraded", { during: agents.during, before: ok(cut({ bot: 1 }), true) }],
    ["may be cut off", { during: ok(cut({ bot: 1 }, false)), before: agents.before }],
    ["holds an id twice with different costs", { during: twice, before: agents.before }],
    ["lacks a cost", { during: agents.during, before: ok({ rows: [entity("bot", null)], complete: true }) }],
  ])("leaves out a cut that %s", (_, agent) => {
    expect(episodeCuts({ expectedUsd: 120, beforeUsd: null }, { agent })).toEqual([]);
  });
});
