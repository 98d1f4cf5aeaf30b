import type { ManagerApi } from "../api/manager.ts";
import type { Overview } from "../api/resources/overview.ts";
import type { Answer, DailyUsage, Span } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import { resolveWindows, type Windows } from "../finops/window.ts";
import { findCycleStart, isOfPastCycle } from "./cycle.ts";
import { type NamedPart, part, requireAny } from "./part.ts";

export interface GatheredOverview {
  readonly windows: Windows;
  readonly overview: NamedPart<Answer<Overview>>;
  /** The window the overview speaks for; `null` when it does not say. */
  readonly overviewSpan: Span | null;
  readonly usage: NamedPart<Answer<DailyUsage>>;
  readonly notes: readonly Note[];
}

/** The overview beside the usage series of the billing cycle; a series of a past cycle is asked for again, with dates. */
export async function gatherOverview(api: ManagerApi, now: Date): Promise<GatheredOverview> {
  const name = "The usage series of the billing cycle";
  const [overview, cycle] = await Promise.all([
    part("The overview", api.overview()),
    part(name, api.usage("billing_cycle")),
  ]);
  requireAny([overview, cycle]);
  const overviewSpan = overview.status === "ok" ? overview.data.period : null;
  const { start, notes } = await findCycleStart(api, { cycle, wide: null, alsoStated: overviewSpan }, now);
  const windows = resolveWindows({ period: "billing_cycle", now, cycleStart: start });
  const { from, to } = windows.total;
  const usage = isOfPastCycle(cycle, now) ? await part(name, api.usage({ from, to })) : cycle;
  return { windows, overview, overviewSpan, usage, notes };
}
