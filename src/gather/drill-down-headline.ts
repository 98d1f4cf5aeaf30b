import type { EntityFilter } from "../api/spend.ts";
import type { DrillDown } from "../finops/drill-down.ts";
import { usdText } from "../finops/money.ts";
import type { Windows } from "../finops/window.ts";
import type { OtherWindow } from "./asked-window.ts";
import type { Children } from "./children.ts";
import type { DimensionName } from "./dimension.ts";
import { windowText } from "./sentences.ts";
import { quoted } from "./short-name.ts";

/** The total, then the largest row, or what the second level shows. @param below from `childSentence` */
export function drillDownHeadline(
  dimension: DimensionName,
  first: DrillDown,
  { windows, other }: { windows: Windows; other: OtherWindow | null },
  below: string | null,
): string {
  const least = first.lower_bound ? "at least " : "";
  const spend = `Spend was ${least}${usdText(first.total_cost_usd)} in ${windowText(windows)}`;
  const [top] = first.rows;
  if (first.total_cost_usd === null) return `What was spent in ${windowText(windows)} is not known.`;
  if (below !== null) return `${spend}; ${below}.`;
  if (!top && first.total_cost_usd > 0) return `${spend}; no ${dimension.replace("_", " ")} is named.`;
  if (!top || top.cost_usd === 0) return `${spend}; no ${dimension.replace("_", " ")} had any.`;
  if (other !== null)
    return `${spend}; the rows are told for ${other.text}, the largest is ${quoted(dimension, top)} with ${usdText(top.cost_usd)}.`;
  const share = top.share_pct === null ? "" : ` (${top.share_pct}%)`;
  return `${spend}; ${quoted(dimension, top)} took the largest part, ${usdText(top.cost_usd)}${share}, of ${first.listing.total} in all.`;
}

/** What the second level shows, for the headline. */
export function childSentence(type: EntityFilter["type"], children: Children, first: DrillDown): string {
  const share = first.rows.find(({ id }) => id === children.of?.id)?.share_pct ?? null;
  const who = quoted(type, children.of ?? {});
  const took = `${who} took ${usdText(children.of?.cost_usd ?? null)}${share === null ? "" : ` (${share}%)`}`;
  const [top] = children.rows ?? [];
  if (top) return `${took}, its largest part ${quoted("", top).trim()} with ${usdText(top.cost_usd)}`;
  return children.status === "ok" && children.dates ? `${took}, shown day by day` : took;
}
