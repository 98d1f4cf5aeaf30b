import type { Note, Noted } from "./basis.ts";
import type { ChangeWord } from "./change.ts";
import { type ChangeCauses, causesOf, episodeCuts, type NamedCut, windowCuts } from "./change-causes.ts";
import type { CutComparison } from "./entity-change.ts";
import type { EntityList, ModelRow } from "./entity-cost.ts";
import { mergeEntities, modelsAsEntities } from "./entity-cost.ts";
import { type Micro, subtractKnown, sumMicro, toMicroOrNull, toUsd, toUsdOrNull } from "./money.ts";
import { type Movers, movers } from "./movers.ts";
import type { Part } from "./part.ts";
import { type PriceVolumeMix, priceVolumeMix } from "./price-volume-mix.ts";
import { byImpact, type EpisodeRow, type ScopeCheck, type TodayRow } from "./scope-check.ts";
import { totalOnce } from "./total-once.ts";
import type { UsageSeries } from "./usage.ts";
import { exactly, sumSpan } from "./usage-sum.ts";
import { summariseUsage } from "./usage-summary.ts";
import { cutIfAddsUp } from "./whole-list.ts";
import { type Span, spanDays, type Windows } from "./window.ts";

/** The cuts of the days of one episode and of the days before it. */
export interface EpisodeCuts {
  episode: EpisodeRow;
  before: Span;
  cuts: Readonly<Record<string, { during: Part<EntityList>; before: Part<EntityList> }>>;
}

export interface DiagnosisInput {
  windows: Windows;
  usage: Part<UsageSeries>;
  /** The checked series: the workspace, where it could be read, and the top movers. */
  checks: readonly ScopeCheck[];
  cuts: Readonly<Record<string, CutComparison>>;
  models: { current: Part<readonly ModelRow[]>; previous: Part<readonly ModelRow[]> };
  /** For the largest rise of the workspace, if there is one. */
  episode: EpisodeCuts | null;
  limits: { episodes: number; movers: number };
}

export interface TotalChange {
  current_usd: number | null;
  previous_usd: number | null;
  delta_usd: number | null;
  pct: number | null;
  word: ChangeWord;
  calendar_adjusted_pct?: number;
}

export interface CausesRow extends ChangeCauses {
  /** What is explained: the largest rise of the workspace, or else the change between the windows. */
  of: "episode" | "window_change";
  from: string;
  to: string;
}

/** Ready to return from a tool. */
export interface Diagnosis {
  episodes: EpisodeRow[];
  /** Smaller episodes that are not shown. */
  more_episodes: number;
  change: TotalChange;
  movers: Record<string, Movers>;
  causes: CausesRow | null;
  price_volume_mix: PriceVolumeMix | null;
  /** Complete days of the workspace that could be judged, and further series that were; null = the workspace was not checked. */
  checked: { days: number | null; entities: number; not_judged: number };
  today_alert: TodayRow | null;
}

/** What changed, since when, how sure that is, and what explains it. Complete days only; today apart. */
export function diagnose(input: DiagnosisInput): Noted<Diagnosis> {
  const { windows, usage, checks, limits } = input;
  const workspace = checks.find(({ scope }) => scope.type === "workspace");
  const entities = checks.filter(({ scope }) => scope.type !== "workspace");
  const episodes = checks.flatMap((check) => check.episodes).sort(byImpact);
  const { result: summary, notes } = summariseUsage({ windows, usage });
  const { change, compared } = summary;
  const totals = {
    totalCurrent: toMicroOrNull(compared.current_cost_usd),
    totalPrevious: toMicroOrNull(compared.previous_cost_usd),
  };
  const totalDelta = subtractKnown(totals.totalCurrent, totals.totalPrevious);
  const allCuts = { ...input.cuts, model: modelCut(input.models) };
  const bothTotals = { current: totals.totalCurrent, previous: totals.totalPrevious };
  const moved = Object.entries(allCuts).map(([name, cut]) => {
    return [name, movers({ ...totals, ...cutIfAddsUp(cut, bothTotals), limit: limits.movers })] as const;
  });
  const mix = priceVolumeMix({ ...input.models, totalDelta });
  const result: Diagnosis = {
    episodes: episodes.slice(0, limits.episodes),
    more_episodes: Math.max(0, episodes.length - limits.episodes),
    change: {
      current_usd: compared.current_cost_usd,
      previous_usd: compared.previous_cost_usd,
      delta_usd: toUsdOrNull(totalDelta),
      ...change.cost,
      ...(summary.calendar_adjusted_pct !== undefined && { calendar_adjusted_pct: summary.calendar_adjusted_pct }),
    },
    movers: Object.fromEntries(moved.map(([name, { result: each }]) => [name, each])),
    causes: explain(input, totals, windowCuts(allCuts)),
    price_volume_mix: mix.result,
    checked: {
      days: workspace?.judgedDays ?? null,
      entities: entities.filter(({ isJudged }) => isJudged).length,
      not_judged: entities.filter(({ isJudged }) => !isJudged).length,
    },
    today_alert: workspace?.today ?? null,
  };
  const moverNotes = moved.flatMap(([, each]) => each.notes);
  const least = totals.totalCurrent === null ? totalOnce(null, sumsOf(allCuts)).notes : [];
  return { result, notes: [...notes, ...least, ...moverNotes, ...mix.notes, ...shortHistory(checks, windows.current)] };
}

/**
 * The rise of the workspace that is to be explained: the largest one that lasted whole days inside the window. One with days
 * left out cannot be: a breakdown of its dates holds their money, its amounts do not.
 */
export function episodeToExplain(check: ScopeCheck): EpisodeRow | null {
  const rise = check.episodes.find((episode) => episode.impact_usd > 0);
  return rise === undefined || rise.days_left_out !== undefined ? null : rise;
}

function explain(
  { episode, windows, usage }: DiagnosisInput,
  { totalCurrent, totalPrevious }: { totalCurrent: number | null; totalPrevious: number | null },
  ofWindows: readonly NamedCut[],
): CausesRow | null {
  if (episode !== null) {
    const { actual_usd: actualUsd, expected_usd: expectedUsd, start: from, end: to } = episode.episode;
    const beforeUsd = usage.status === "ok" ? toUsdOrNull(exactly(sumSpan(usage.data, episode.before).cost)) : null;
    const causes = causesOf({ actualUsd, expectedUsd }, episodeCuts({ expectedUsd, beforeUsd }, episode.cuts));
    if (causes !== null) return { of: "episode", from, to, ...causes };
  }
  if (windows.current === null || totalCurrent === null || totalPrevious === null) return null;
  const total = { actualUsd: toUsd(totalCurrent), expectedUsd: toUsd(totalPrevious) };
  const causes = causesOf(total, ofWindows);
  return causes && { of: "window_change", ...windows.current, ...causes };
}

/** The sum of each cut over the window, for a total that could not be read. */
function sumsOf(cuts: Readonly<Record<string, CutComparison>>): Record<string, Micro | null> {
  const sums = Object.entries(cuts).map(([name, { current }]) => {
    const rows = current.status === "ok" ? mergeEntities(current.data.rows, current.degraded).rows : null;
    return [name, rows && sumMicro(rows.map(({ costMicro }) => costMicro ?? 0))] as const;
  });
  return Object.fromEntries(sums);
}

function modelCut({ current, previous }: DiagnosisInput["models"]): CutComparison {
  return { current: modelList(current), previous: modelList(previous) };
}

function modelList(part: Part<readonly ModelRow[]>): Part<EntityList> {
  if (part.status === "failed") return part;
  return { ...part, data: modelsAsEntities(part.data) };
}

function shortHistory(checks: readonly ScopeCheck[], window: Span | null): Note[] {
  const workspace = checks.find(({ scope }) => scope.type === "workspace");
  if (workspace === undefined || window === null || workspace.judgedDays === spanDays(window)) return [];
  const text = `Only ${workspace.judgedDays} of ${spanDays(window)} days had the 7 days of history a judgement needs.`;
  return [{ code: "short_history", text }];
}
