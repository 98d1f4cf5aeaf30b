import { describe, expect, it } from "vitest";
import type { Mode } from "../../src/mode.ts";
import { SURFACE } from "../../src/surface.ts";
import { listsFor } from "../../src/tool/surface.ts";
import { TOOLSETS } from "../../src/toolset.ts";
import { createSearch, type Document, wordsOf } from "./bm25.ts";
import { QUESTIONS } from "./questions.ts";

/** Several hosts hide tools behind a search: what they may look at is name, description and parameter texts. */
function documents(mode: Mode): Document[] {
  const { tools } = listsFor(SURFACE, { mode, readOnly: false, toolsets: TOOLSETS });
  return tools.map(({ name, description, inputSchema }) => {
    const parameters = Object.entries(inputSchema.properties).map(([key, schema]) => `${key} ${schema.description}`);
    return { name, text: [name, description, ...parameters].join(" ") };
  });
}

function asked(mode: Mode): { question: string; tool: string }[] {
  return Object.entries(QUESTIONS[mode]).flatMap(([tool, list]) => list.map((question) => ({ tool, question })));
}

/** Share of the questions whose tool is among the first `places`, and those that miss them. */
function measure(mode: Mode, places: number): { share: number; misses: string[] } {
  const search = createSearch(documents(mode));
  const misses = asked(mode)
    .map(({ tool, question }) => ({ tool, question, found: search(question).slice(0, places) }))
    .filter(({ tool, found }) => !found.includes(tool))
    .map(({ tool, question, found }) => `${tool}: ${question} (found ${found.join(", ")})`);
  return { share: 1 - misses.length / asked(mode).length, misses };
}

describe("the questions", () => {
  it("are 120, each once, and no tool is forgotten", () => {
    const all = [...asked("vk"), ...asked("manager")].map(({ question }) => question);
    expect([all.length, new Set(all).size]).toEqual([120, 120]);
    for (const [mode, least] of [["vk", 4] as const, ["manager", 3] as const]) {
      expect(Object.keys(QUESTIONS[mode]).sort()).toEqual(
        documents(mode)
          .map(({ name }) => name)
          .sort(),
      );
      for (const list of Object.values(QUESTIONS[mode])) expect(list.length).toBeGreaterThanOrEqual(least);
    }
  });

  it("are nobody's description copied: no six words in a row", () => {
    const runs = (text: string) => {
      const words = wordsOf(text);
      return words.slice(5).map((_, index) => words.slice(index, index + 6).join(" "));
    };
    const copied = (["vk", "manager"] as const).flatMap((mode) => {
      const written = new Set(documents(mode).flatMap(({ text }) => runs(text)));
      return asked(mode).filter(({ question }) => runs(question).some((run) => written.has(run)));
    });
    expect(copied).toEqual([]);
  });
});

describe.each(["vk", "manager"] as const)("in %s mode a search over words alone", (mode) => {
  it("finds the right tool first for 85 of 100 questions", () => {
    const { share, misses } = measure(mode, 1);
    expect(share, misses.join("\n")).toBeGreaterThanOrEqual(0.85);
  });

  it("finds it among the first three for 97 of 100", () => {
    const { share, misses } = measure(mode, 3);
    expect(share, misses.join("\n")).toBeGreaterThanOrEqual(0.97);
  });
});

describe("the search", () => {
  const search = createSearch([
    { name: "fruit", text: "apples and pears, pears and plums" },
    { name: "tools", text: "hammers and nails" },
    { name: "both", text: "apples, hammers, and a long list of other things that nobody asked for at all" },
  ]);

  it.each([
    ["pear", ["fruit", "tools", "both"]],
    ["Hammers!", ["tools", "both", "fruit"]],
    ["apple hammer", ["both", "tools", "fruit"]],
    ["nothing", ["fruit", "tools", "both"]],
  ])("ranks by rare words, often used, in short texts: %s", (query, expected) => {
    expect(search(query)).toEqual(expected);
  });

  it("takes off plain plurals only", () => {
    expect(wordsOf("Keys, costs; anomalies is gas access 24h update_key")).toEqual([
      ...["key", "cost", "anomaly", "is", "gas", "access", "24h", "update", "key"],
    ]);
  });
});
