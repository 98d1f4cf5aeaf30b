import type { Answer, EntityFilter, Span } from "../answer.ts";
import { spanQuery } from "../day.ts";
import { answer } from "../envelope.ts";
import type { Http } from "../http.ts";
import { findRows } from "../list.ts";
import { path, uuid } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { DailyUsage } from "../spend.ts";
import { byDate, cut, readUsageDay } from "./usage-rows.ts";

/** The daily series of the workspace, or of one entity in it. The total of a window is the sum of this series. */
export async function readUsage(
  http: Http,
  span: Span | "billing_cycle",
  entity?: EntityFilter,
): Promise<Answer<DailyUsage>> {
  const query = { ...spanQuery(span), ...(entity === undefined ? {} : entityQuery(entity)) };
  return parseUsage(await http.get(path`/api/v1/analytics/usage`, { query }), span);
}

export function parseUsage(payload: Payload, span: Span | "billing_cycle"): Answer<DailyUsage> {
  const { rows, beside } = findRows(payload, ["series"]);
  const read = answer(byDate(rows, readUsageDay), beside);
  const spoken = read.period ?? (span === "billing_cycle" ? null : span);
  return { ...read, value: cut(read.value, span, spoken) };
}

function entityQuery({ type, id }: EntityFilter): Record<string, string> {
  return { [`${type}Id`]: uuid(id, `${type} id`) };
}
