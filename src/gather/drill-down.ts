import type { ManagerApi } from "../api/manager.ts";
import type { Answer, DailyUsage, EntityFilter, Span } from "../api/spend.ts";
import { dayOf } from "../finops/day.ts";
import type { DrillDownInput } from "../finops/drill-down.ts";
import type { EntityList } from "../finops/entity-cost.ts";
import { exactly, sumSpan } from "../finops/usage-sum.ts";
import { cutIfAddsUp, wholeIfAddsUp } from "../finops/whole-list.ts";
import { resolveWindows, type Windows } from "../finops/window.ts";
import { notFound } from "../tool/errors.ts";
import { type OtherWindow, otherWindow } from "./asked-window.ts";
import {
  type DimensionName,
  type DimensionRead,
  readComparison,
  readDimension,
  requireDimension,
} from "./dimension.ts";
import { ENTITY_SUBJECTS, lookUpEntity } from "./entity-list.ts";
import { isFailedWith, type NamedPart, requirePart } from "./part.ts";
import type { Reads } from "./reads.ts";
import type { WindowChoice } from "./request.ts";
import { gatherEntityDays, gatherStaff, type Staff } from "./second-level.ts";
import { asPart, type GatheredUsage, gatherUsage } from "./usage.ts";

export interface DrillDownRequest {
  readonly dimension: DimensionName;
  readonly choice: WindowChoice;
  /** The row to go below; `null` for the first level alone. */
  readonly entity: EntityFilter | null;
}

export interface GatheredDrillDown extends Omit<GatheredUsage, "message"> {
  readonly level: DimensionRead;
  /** The window the first level speaks for when it is not that of the total. */
  readonly other: OtherWindow | null;
  readonly list: EntityList;
  readonly comparison: { current: NamedPart<EntityList>; previous: NamedPart<EntityList> } | null;
  readonly staff: Staff | null;
  readonly days: NamedPart<Answer<DailyUsage>> | null;
}

/**
 * Reads the first level over the window and both comparison windows, the total, and what the second level needs, side by
 * side. A billing cycle is compared in a second step, because only the service knows where it began.
 * @throws ToolError when the first level cannot be read, lacks the dimension, or the entity does not exist
 */
export async function gatherDrillDown(
  api: ManagerApi,
  { dimension, choice, entity }: DrillDownRequest,
  now: Date,
  read: Reads,
): Promise<GatheredDrillDown> {
  const isCycle = "period" in choice && choice.period === "billing_cycle";
  const fixed = isCycle ? null : resolveWindows({ ...choice, now });
  const span = fixed === null ? "billing_cycle" : { from: fixed.total.from, to: fixed.total.to };
  const today = dayOf(now);
  const readLevel = (asked: Span | "billing_cycle") =>
    read("costs", readDimension(api, dimension, asked, { name: "The cost breakdown", today }));
  const readDays = (asked: Span | "billing_cycle") =>
    entity && entity.type !== "department" ? read("daily usage of it", gatherEntityDays(api, asked, entity)) : null;
  const first = readLevel(span);
  const compare = (windows: Windows) =>
    readComparison(windows, ({ from, to }, name) => {
      // A window that ended before today is compared as a whole: it has been asked for already.
      const isFirst = span !== "billing_cycle" && span.from === from && span.to === to;
      return isFirst ? first : read(name, readDimension(api, dimension, { from, to }, { name, today }));
    });
  const [firstLevel, { windows, usage }, early, staff, firstDays] = await Promise.all([
    first,
    read("daily usage", gatherUsage(api, choice, now)),
    fixed && compare(fixed),
    entity?.type === "department" ? gatherStaff(api, entity.id, first, read) : null,
    readDays(span),
  ]);
  let [level, days, other] = [firstLevel, firstDays, otherWindow(firstLevel.answer, span, windows)];
  // Asked without dates, the service took another window than the total has: the rows are asked for once more, with dates.
  if (other !== null && fixed === null) {
    const dated = { from: windows.total.from, to: windows.total.to };
    [level, days] = await Promise.all([readLevel(dated), readDays(dated)]);
    other = otherWindow(level.answer, dated, windows);
  }
  requireDimension(level, dimension);
  const list = requirePart(level.list);
  if (entity !== null) await requireEntity(api, entity, list, days);
  const comparison = fixed === null ? await compare(windows) : early;
  return { windows, usage, level, other, list, comparison, staff, days };
}

/** An id without a row spent nothing, or names nothing; only the list of its kind can tell. */
async function requireEntity(
  api: ManagerApi,
  entity: EntityFilter,
  list: EntityList,
  days: NamedPart<unknown> | null,
): Promise<void> {
  if (list.rows.some((row) => row.id === entity.id)) return;
  const isUnknown = days !== null && isFailedWith(days, "not_found");
  if (isUnknown || (await lookUpEntity(api, entity)).exists === "no")
    throw notFound(ENTITY_SUBJECTS[entity.type], entity.id);
}

/** The first level as the analysis takes it; a list that adds up to the total of its window is all there is. */
export function firstLevel(gathered: GatheredDrillDown): Omit<DrillDownInput, "limit"> {
  const { windows, usage, list, level, other, comparison } = gathered;
  const totalOf = (span: Span | null) =>
    usage.status === "ok" && span !== null ? exactly(sumSpan(usage.data, span).cost) : null;
  const degraded = level.list.status === "ok" && level.list.degraded;
  const total = totalOf(windows.total);
  const totals = { current: totalOf(windows.current), previous: totalOf(windows.previous) };
  const compared = comparison && { current: asPart(comparison.current), previous: asPart(comparison.previous) };
  return {
    list: degraded || other !== null ? list : wholeIfAddsUp(list, total),
    ...{ degraded, otherWindow: other?.note, total },
    ...(compared && { comparison: cutIfAddsUp(compared, totals) }),
  };
}
