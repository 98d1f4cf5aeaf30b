import * as z from "zod";
import type { Mode } from "../../src/mode.ts";
import { showAnomalies, showChildren, showConnection, showDashboard, showIdle, type View } from "./views.ts";

/** One call of the walk: the question a person would ask, and the call that answers it. */
export interface Step {
  readonly question: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Absent where the report of the audit command shows the same answer. */
  readonly view?: View;
  /** The next call, when it depends on this answer. */
  readonly followUp?: (result: unknown) => Step;
}

const rows = z.object({ rows: z.array(z.object({ id: z.string() })) });

function lookInside(result: unknown): Step {
  const [largest] = rows.parse(result).rows;
  if (largest === undefined) throw new Error("the drill-down has no rows");
  return {
    question: "And what is inside the largest of them?",
    tool: "drill_down_spend",
    args: { dimension: "department", entity_id: largest.id, period: "30d", limit: 6 },
    view: showChildren,
  };
}

export const STEPS: Readonly<Record<Mode, readonly Step[]>> = {
  manager: [
    {
      question: "Is Alephant reachable with this credential?",
      tool: "check_alephant_connection",
      args: {},
      view: showConnection,
    },
    { question: "How much did we spend?", tool: "get_usage_summary", args: { period: "30d" } },
    { question: "On which models?", tool: "get_cost_by_model", args: { period: "30d", limit: 5 } },
    { question: "Give me one screen for my manager.", tool: "get_executive_dashboard", args: {}, view: showDashboard },
    {
      question: "Why did spend change, and was anything out of the ordinary?",
      tool: "diagnose_cost_anomaly",
      args: { period: "30d" },
      view: showAnomalies,
    },
    {
      question: "Which departments does the money go to?",
      tool: "drill_down_spend",
      args: { dimension: "department", period: "30d" },
      followUp: lookInside,
    },
    {
      question: "Which keys and agents does nobody use?",
      tool: "find_idle_resources",
      args: { period: "30d" },
      view: showIdle,
    },
    { question: "Will the budget last?", tool: "get_workspace_budget_status", args: {} },
  ],
  vk: [
    { question: "What may this key do, and whose is it?", tool: "get_my_scope", args: {} },
    { question: "How much of its budget is left?", tool: "get_my_budget", args: {} },
  ],
};
