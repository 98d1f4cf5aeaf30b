import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import type { Mode } from "../../src/mode.ts";
import { SURFACE } from "../../src/surface.ts";
import { listsFor } from "../../src/tool/surface.ts";
import type { WireTool } from "../../src/tool/wire.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { TOOLSETS } from "../../src/toolset.ts";
import { TEXT_RULES } from "./definition-rules.ts";
import { contentsOf, likeness, type Subject } from "./definition-subject.ts";
import { PARAMETER_RULES } from "./parameter-rules.ts";

const MODES = ["vk", "manager"] as const;
const RULES = [...TEXT_RULES, ...PARAMETER_RULES];
const KNOWN = TOOLS.map(({ name }) => name);

function listed(mode: Mode): WireTool[] {
  return [...listsFor(SURFACE, { mode, readOnly: false, toolsets: TOOLSETS }).tools];
}

function subjects(mode: Mode): Subject[] {
  const tools = listed(mode);
  return tools.flatMap((wire) => {
    const tool = TOOLS.find(({ name }) => name === wire.name);
    if (tool === undefined) return [];
    const needsPat = !tool.modes.includes("vk");
    const contents = contentsOf(tool.output);
    return [{ wire, effect: tool.effect, needsPat, ...contents, listed: tools.map(({ name }) => name), known: KNOWN }];
  });
}

describe.each(MODES)("the definitions of %s mode", (mode) => {
  const all = subjects(mode);

  it.each(RULES)("$name", ({ check }) => {
    const found = all.flatMap((subject) => check(subject).map((complaint) => `${subject.wire.name}: ${complaint}`));
    expect(found).toEqual([]);
  });

  it("no two read alike", () => {
    const pairs = all.flatMap(({ wire: a }, index) => all.slice(index + 1).map(({ wire: b }) => [a, b] as const));
    const alike = pairs.filter(([a, b]) => likeness(a.description, b.description) > MOST_ALIKE);
    expect(alike.map(([a, b]) => `${a.name} and ${b.name}`)).toEqual([]);
  });

  it("cost a conversation no more tokens than their budget", () => {
    expect(encode(JSON.stringify({ tools: listed(mode) })).length).toBeLessThanOrEqual(TOKENS[mode]);
  });
});

/** Of the pairs of words that either holds. */
const MOST_ALIKE = 0.4;
const TOKENS: Record<Mode, number> = { vk: 2_500, manager: 10_000 };

describe("the rules themselves", () => {
  const good = subjects("manager").find(({ wire }) => wire.name === "get_usage_summary");

  it.each(RULES.flatMap(({ name, check, bad }) => bad.map((change, index) => ({ name, check, change, index }))))(
    "$name: finds bad sample $index",
    ({ check, change }) => {
      if (good === undefined) throw new Error("the good sample is gone");
      expect(check(good)).toEqual([]);
      expect(check(change(good))).not.toEqual([]);
    },
  );

  it("each has a bad sample", () => {
    expect(RULES.filter(({ bad }) => bad.length === 0)).toEqual([]);
  });

  it("likeness is 1 of a text and itself, 0 of strangers", () => {
    expect(likeness("one two three", "One, two: three")).toBe(1);
    expect(likeness("one two three", "three two one")).toBe(0);
    expect(likeness("one two three", "one two four")).toBeCloseTo(1 / 3);
  });
});
