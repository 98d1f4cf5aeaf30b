import type { ManagerApi } from "../api/manager.ts";
import { normaliseUsage, type UsageSeries } from "../finops/usage.ts";
import type { Span } from "../finops/window.ts";
import { type NamedPart, part } from "./part.ts";

/** The workspace's daily series over exactly one span, for shares and cross-checks. */
export async function gatherSpan(
  api: ManagerApi,
  span: Span,
  now: Date,
  name = "The usage series",
): Promise<NamedPart<UsageSeries>> {
  const answer = await part(name, api.usage(span));
  if (answer.status === "failed") return answer;
  const { rows, covered } = answer.data.value;
  return { ...answer, data: normaliseUsage(rows, { span, now, degraded: answer.degraded, covered }) };
}
