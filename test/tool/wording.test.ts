import { describe, expect, it } from "vitest";
import { withoutTools } from "../../src/tool/wording.ts";

const HIDDEN = new Set(["list_agents", "get_cost_by_model"]);

describe("a text without hidden tools", () => {
  it.each([
    ["keeps what names none", "Returns $1.50 a day; P10, P50. Null is unknown.", null],
    ["keeps a tool that is listed", "For totals use get_usage_summary; by day get_daily_costs.", null],
    ["drops a whole sentence", "Returns spend. By model use get_cost_by_model. UTC days.", "Returns spend. UTC days."],
    ["drops the first clause", "By model get_cost_by_model; by day get_daily_costs.", "By day get_daily_costs."],
    ["drops the last clause", "UUID of the agent; from list_agents.", "UUID of the agent."],
    ["drops a clause in the middle", "One; list_agents; two. Three.", "One; two. Three."],
    ["drops all that name one", "Use list_agents or get_cost_by_model; else list_agents.", ""],
    ["knows a name only as a whole word", "See list_agents_2 and xlist_agents.", null],
  ])("%s", (_what, text, expected) => {
    expect(withoutTools(text, HIDDEN)).toBe(expected ?? text);
  });
});
