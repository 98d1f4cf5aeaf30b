import { changeText } from "../finops/change.ts";
import { signedUsdText, usdText } from "../finops/money.ts";
import type { Windows } from "../finops/window.ts";
import { isOff, type Limit } from "./budget.ts";
import type { anomaliesBlock, moversBlock, spendBlock } from "./dashboard-blocks.ts";
import type { budgetBlock } from "./dashboard-outlook.ts";
import { episodeSentence } from "./episode-rows.ts";
import { chanceText, windowText } from "./sentences.ts";
import { quoted } from "./short-name.ts";

interface Blocks {
  readonly spend: ReturnType<typeof spendBlock>;
  readonly movers: ReturnType<typeof moversBlock>["result"];
  readonly anomalies: ReturnType<typeof anomaliesBlock>["result"];
  readonly budget: ReturnType<typeof budgetBlock>;
}

/** The figures of the blocks that have some, in one sentence, and the names of those that have none. */
export function dashboardHeadline(
  blocks: Blocks & Readonly<Record<string, { status: string }>>,
  windows: Windows,
  policy: Limit | null,
): string {
  const missing = Object.entries(blocks).flatMap(([name, { status }]) => (status === "failed" ? [name] : []));
  const parts = [
    spendText(blocks.spend, windows),
    budgetText(blocks.budget, policy !== null && isOff(policy)),
    anomalyText(blocks.anomalies),
    moverText(blocks.movers),
    missing.length > 0 ? `not available: ${missing.join(", ")}` : null,
  ].filter((part) => part !== null);
  const sentence = parts.join("; ");
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`;
}

function spendText({ data }: Blocks["spend"], windows: Windows): string | null {
  if (data === null) return null;
  const least = data.lower_bound ? "at least " : "";
  const { cost } = data.change;
  const changed = cost.word === "unknown" ? "change unknown" : `${changeText(cost)} on complete days`;
  return `spend was ${least}${usdText(data.total_cost_usd)} in ${windowText(windows)}, ${changed}`;
}

function budgetText({ data }: Blocks["budget"], isSwitchedOff: boolean): string | null {
  if (data === null) return null;
  if (data.budget_state === "not_set") return "no budget is set";
  if (data.used_pct === null) return "budget use is not known";
  const gone = data.elapsed_pct === null ? "" : ` with ${data.elapsed_pct}% of its window gone`;
  const pace = `${gone}${isSwitchedOff ? ", but the policy is switched off" : ""}`;
  const used = `${data.lower_bound ? "at least " : ""}${data.used_pct}%`;
  if (data.used_pct > 100) return `the ${usdText(data.budget_usd)} budget is passed: ${used} is used${pace}`;
  const chance = data.run_out === null ? null : chanceText(data.run_out.prob);
  const on = data.run_out?.p50 ? `, it is reached about ${data.run_out.p50} (${chance})` : "";
  const risk = chance === null ? "" : on || ` (${chance} of running out before the reset)`;
  return `${used} of the ${usdText(data.budget_usd)} budget is used${pace}${risk}`;
}

function anomalyText({ data }: Blocks["anomalies"]): string | null {
  if (data === null) return null;
  const [largest] = data.episodes;
  if (largest) return episodeSentence(largest);
  if (data.judged_days === 0) return "anomalies were not looked for: too little history";
  return `no anomaly of the workspace in ${data.judged_days} complete days`;
}

function moverText({ data }: Blocks["movers"]): string | null {
  const [top] = data?.rows ?? [];
  if (!data || !top || top.delta_usd === null) return null;
  return `largest mover ${quoted(data.dimension, top)} ${signedUsdText(top.delta_usd)}`;
}
