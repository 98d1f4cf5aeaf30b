import type { ManagerApi } from "../api/manager.ts";
import type { Live24h } from "../api/resources/live.ts";
import type { Sparklines } from "../api/resources/sparklines.ts";
import type { Answer } from "../api/spend.ts";
import type { SparkMetric } from "../finops/sparklines.ts";
import { type Breakdown, gatherBreakdown } from "./breakdown.ts";
import { type ComparedWindows, comparedWindows } from "./diagnosis.ts";
import { type NamedPart, part } from "./part.ts";
import type { Reads } from "./reads.ts";
import type { GatheredUsage } from "./usage.ts";
import { type GatheredBudget, gatherHistory, gatherWorkspaceBudget } from "./workspace-budget.ts";

export const DASHBOARD_CALLS = 6;

/** Only these are not in the daily usage series, so that a dashboard without them saves a request. */
const ONLY_IN_SPARKLINES: readonly SparkMetric[] = ["success", "latency"];

const LIVE_ROWS = 3;

export interface GatheredDashboard {
  readonly windows: ComparedWindows;
  readonly usage: GatheredUsage["usage"];
  readonly current: Breakdown;
  readonly previous: Breakdown;
  readonly budget: GatheredBudget;
  readonly live: NamedPart<Answer<Live24h>>;
  /** `null` when the daily series holds every metric that was asked for. */
  readonly lines: NamedPart<Answer<Sparklines>> | null;
}

/** Reads every source of the dashboard once, side by side. */
export async function gatherDashboard(
  api: ManagerApi,
  metrics: readonly SparkMetric[],
  { now, read }: { now: Date; read: Reads },
): Promise<GatheredDashboard> {
  const windows = comparedWindows("7d", now);
  const needsLines = metrics.some((metric) => ONLY_IN_SPARKLINES.includes(metric));
  const costs = (name: string, span: ComparedWindows["current"]) => read(name, gatherBreakdown(api, span, name));
  const history = read("daily usage", gatherHistory(api, now));
  const [{ usage }, current, previous, budget, live, lines] = await Promise.all([
    history,
    costs("The cost breakdown of the window", windows.current),
    costs("The cost breakdown of the window before", windows.previous),
    read("budget", gatherWorkspaceBudget(api, history, now)),
    read("last 24 hours", part("The live view of the last 24 hours", api.live24h(LIVE_ROWS))),
    needsLines ? read("sparklines", part("The sparklines", api.sparklines(metrics))) : null,
  ]);
  return { windows, usage, current, previous, budget, live, lines };
}
