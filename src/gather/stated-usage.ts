import type { ManagerApi } from "../api/manager.ts";
import type { VkApi } from "../api/vk.ts";
import type { RollingDay } from "../finops/rolling-day.ts";
import type { ReportedUsage } from "../finops/usage-summary.ts";
import { type NamedPart, part } from "./part.ts";
import type { WindowChoice } from "./request.ts";

/** Totals that the service states itself, beside the daily rows. */
export interface StatedUsage {
  /** For the same window; a virtual key's summary carries the split of tokens. */
  readonly reported: NamedPart<ReportedUsage> | null;
  /** For the rolling 24 hours (Manager mode). */
  readonly rolling: NamedPart<RollingDay | null> | null;
}

export async function gatherStatedUsage(api: VkApi | ManagerApi, choice: WindowChoice): Promise<StatedUsage> {
  if (!("period" in choice)) return { reported: null, rolling: null };
  if (api.mode === "vk") return { reported: await reportedUsage(api, choice.period), rolling: null };
  return { reported: null, rolling: choice.period === "24h" ? await rollingDay(api) : null };
}

async function reportedUsage(
  api: VkApi,
  period: "24h" | "7d" | "30d" | "billing_cycle",
): Promise<NamedPart<ReportedUsage>> {
  const answer = await part("The usage summary", api.usageSummary(period));
  if (answer.status === "failed") return answer;
  const { costUsd, requests, tokens, vsPrevious } = answer.data.value;
  const data: ReportedUsage = {
    costUsd,
    requests,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    totalTokens: tokens.total,
    changePct: vsPrevious && { cost: vsPrevious.costPct, requests: vsPrevious.requestsPct },
  };
  return { ...answer, data };
}

async function rollingDay(api: ManagerApi): Promise<NamedPart<RollingDay | null>> {
  const answer = await part("The live view of the last 24 hours", api.live24h(1));
  if (answer.status === "failed") return answer;
  const summary = answer.degraded ? null : answer.data.value.summary;
  return { ...answer, data: summary === null || summary.costUsd === null ? null : summary };
}
