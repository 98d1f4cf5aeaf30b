import * as z from "zod";
import { changeText } from "../finops/change.ts";
import { usdText } from "../finops/money.ts";
import { chanceText } from "../gather/sentences.ts";
import { showDepartments, showModels } from "./audit-costs.ts";
import { change, count, figure, percent, text, type View } from "./audit-figures.ts";
import { wrapText } from "./text-width.ts";

// One view for each tool that an audit calls.

const day = (instant: string | null): string => instant?.slice(0, 10) ?? "unknown";

/** Names on the left, values straight below each other on the right; what is null is left out. */
function facts(rows: readonly (readonly [name: string, value: string | null])[], width: number): string[] {
  const shown = rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const indent = Math.max(...shown.map(([name]) => name.length)) + 2;
  return shown.flatMap(([name, value]) =>
    wrapText(value, width - indent).map((line, index) => `${(index === 0 ? name : "").padEnd(indent)}${line}`),
  );
}

const scope = z.object({
  workspace: z.object({ name: text }),
  entity: z.object({ type: text, name: text, department: text }).optional(),
  key: z.object({
    label: text,
    prefix: text,
    status: text,
    rate_limit_rpm: z.number().optional(),
    allowed_models: z.array(z.string()).optional(),
  }),
});

const showScope: View = (data, width) => {
  const { workspace, entity, key } = scope.parse(data);
  const owner = [entity?.type, entity?.name].filter((word) => typeof word === "string").join(" ");
  return facts(
    [
      ["Key", [key.label, key.prefix && `(${key.prefix})`].filter(Boolean).join(" ") || "unknown"],
      ["Status", key.status ?? "unknown"],
      ["Bound to", owner === "" ? "nothing known" : owner],
      ["Department", entity?.department ?? null],
      ["Workspace", workspace.name ?? null],
      ["Models", key.allowed_models?.join(", ") ?? "no restriction known"],
      ["Rate limit", key.rate_limit_rpm === undefined ? null : `${count(key.rate_limit_rpm)} requests/min`],
    ],
    width,
  );
};

const usage = z.object({
  total_cost_usd: figure,
  today_so_far_usd: figure,
  avg_complete_day_usd: figure,
  requests: figure,
  tokens: z.object({ total: figure }),
  cost_per_request_usd: figure,
  change: z.object({ cost: change }),
});

const showUsage: View = (data, width) => {
  const { tokens, change: changes, ...rest } = usage.parse(data);
  return facts(
    [
      ["Spend", usdText(rest.total_cost_usd)],
      ["Today so far", usdText(rest.today_so_far_usd)],
      ["Average complete day", usdText(rest.avg_complete_day_usd)],
      ["Change, complete days", changeText(changes.cost)],
      ["Requests", count(rest.requests)],
      ["Tokens", count(tokens.total)],
      ["Cost per request", unitPrice(rest.cost_per_request_usd)],
    ],
    width,
  );
};

const overview = z.object({
  total_cost_usd: figure,
  today_so_far_usd: figure,
  avg_complete_day_usd: figure,
  requests: figure,
  tokens: figure,
  cost_per_request_usd: figure,
  success_pct: figure,
});

const showOverview: View = (data, width) => {
  const shown = overview.parse(data);
  return facts(
    [
      ["Spend", usdText(shown.total_cost_usd)],
      ["Today so far", usdText(shown.today_so_far_usd)],
      ["Average complete day", usdText(shown.avg_complete_day_usd)],
      ["Requests", count(shown.requests)],
      ["Tokens", count(shown.tokens)],
      ["Cost per request", unitPrice(shown.cost_per_request_usd)],
      ["Successful requests", percent(shown.success_pct)],
    ],
    width,
  );
};

/** A price far below a cent would read as "<$0.01". */
function unitPrice(usd: number | null): string {
  return usd === null ? "unknown" : `$${usd.toFixed(6)}`;
}

const budget = z.object({
  budget_state: z.enum(["set", "not_set", "zero", "unknown"]),
  budget_usd: figure,
  spent_usd: figure,
  lower_bound: z.boolean(),
  remaining_usd: figure,
  used_pct: figure,
  elapsed_pct: figure,
  pace_index: figure,
  burn_per_day_usd: figure,
  allowance_per_day_usd: figure,
  resets_at: text,
  run_out: z.object({ prob: z.number(), p10: text, p50: text, p90: text }).nullable(),
  action: text,
});

const NO_BUDGET = { set: "", not_set: "not set", zero: "$0.00", unknown: "unknown" } as const;

const showBudget: View = (data, width) => {
  const shown = budget.parse(data);
  const spent = `${shown.lower_bound ? "at least " : ""}${usdText(shown.spent_usd)}`;
  if (shown.budget_state !== "set") {
    return facts(
      [
        ["Budget", NO_BUDGET[shown.budget_state]],
        ["Spent", spent],
      ],
      width,
    );
  }
  return facts(
    [
      ["Budget", usdText(shown.budget_usd)],
      ["Spent", spent],
      ["Remaining", usdText(shown.remaining_usd)],
      ["Used", percent(shown.used_pct)],
      ["Time gone", percent(shown.elapsed_pct)],
      ["Pace (1 = on track)", shown.pace_index?.toFixed(2) ?? "unknown"],
      ["Spend per day", usdText(shown.burn_per_day_usd)],
      ["Allowance per day", usdText(shown.allowance_per_day_usd)],
      ["Run-out", runOut(shown.run_out)],
      ["Resets", day(shown.resets_at ?? null)],
      ["When it is passed", consequence(shown.action ?? null)],
    ],
    width,
  );
};

function consequence(action: string | null): string {
  if (action === null) return "unknown";
  return action === "alert_only" ? "only alerts are sent, calls continue" : `calls stop (${action})`;
}

function runOut(range: z.output<typeof budget>["run_out"]): string | null {
  if (range === null) return null;
  const chance = chanceText(range.prob);
  if (!range.p50) return `not expected before the reset (${chance})`;
  return `about ${range.p50}, ${range.p10 ?? "?"} to ${range.p90 ?? "after the reset"} (${chance})`;
}

/** The view of each tool that an audit calls. */
export const VIEWS: Readonly<Record<string, View>> = {
  get_my_scope: showScope,
  get_usage_summary: showUsage,
  get_my_budget: showBudget,
  get_workspace_overview: showOverview,
  drill_down_spend: showDepartments,
  get_cost_by_model: showModels,
  get_workspace_budget_status: showBudget,
};
