import type { Profile } from "./anomaly-baseline.ts";
import { at } from "./at.ts";
import type { Day } from "./day.ts";
import { type Episode, type EpisodeKind, findEpisodes, GATE_FLOOR_USD } from "./episodes.ts";
import { sinceFirstUse } from "./first-use.ts";
import { estimatedUsd } from "./money.ts";
import { joinStops } from "./one-stop.ts";
import { roundTo } from "./rounding.ts";
import { prepareSeries, type Series } from "./series.ts";
import { todayAlert } from "./today-alert.ts";
import type { UsageSeries } from "./usage.ts";
import { completeDaysUsd } from "./usage-sum.ts";
import { dayUsd } from "./usage-summary.ts";
import { inSpan, type Span } from "./window.ts";

/** Whose daily series is looked at. */
export interface Scope {
  type: "workspace" | "department" | "agent" | "member";
  /** `null` for the workspace */
  id: string | null;
  name: string | null;
}

/** An entity whose series can be read by its id. */
export interface EntityScope extends Scope {
  type: "department" | "agent" | "member";
  id: string;
}

/** One episode, ready to return from a tool. Fields that would say nothing are left out. */
export interface EpisodeRow {
  scope: { type: Scope["type"]; id?: string; name?: string };
  kind: EpisodeKind;
  start: Day;
  end: Day;
  /** Days outside expectation, whose amounts these are. */
  days: number;
  /** Days between start and end that are unknown or a credit and in no amount here; absent when there are none. */
  days_left_out?: number;
  /** It reaches the last complete day. */
  ongoing: boolean;
  actual_usd: number;
  expected_usd: number;
  /** 80 % range of what was expected; absent where there was no history */
  range_usd?: { low: number; high: number };
  impact_usd: number;
  /** `null` when nothing was expected */
  impact_pct: number | null;
  z?: number;
  confidence?: "low" | "medium" | "high";
  severity: "low" | "medium" | "high";
  /** absent when no weekly pattern was found */
  profile?: Exclude<Profile, "none">;
  history_days: number;
}

/** Today, unfinished, against a usual whole day. */
export interface TodayRow {
  so_far_usd: number;
  expected_full_day_usd: number;
  alert_line_usd: number;
  is_alert: boolean;
}

export interface ScopeCheck {
  scope: Scope;
  /** Complete days of the window that could be judged. */
  judgedDays: number;
  /** False when neither a day nor first spend could be judged, so that "no episode" would claim too much. */
  isJudged: boolean;
  /** Episodes that touch the window, largest impact first. */
  episodes: EpisodeRow[];
  /** `null` under seven days of history or when today is not known */
  today: TodayRow | null;
}

/** Looks for episodes that touch a window in the daily series of one scope, and at today against a usual day. */
export function checkScope(scope: Scope, recorded: UsageSeries, window: Span): ScopeCheck {
  const series = sinceFirstUse(recorded);
  const { dates, usd, dow } = completeDaysUsd(series);
  const prepared = prepareSeries(usd, dow);
  const options = { gateFloorUsd: gateFloor(scope.type), isNewScope: isNewIn(series, window) };
  const touching = joinStops(findEpisodes(prepared, options).episodes, prepared.values).filter(
    (episode) => touches(episode, dates, window) && isTelling(episode, scope),
  );
  const judged = prepared.detect(options).judgedPositions;
  const judgedDays = dates.filter((date, position) => inSpan(date, window) && judged.has(position)).length;
  return {
    scope,
    judgedDays,
    isJudged: judgedDays > 0 || touching.length > 0,
    episodes: touching.map((episode) => episodeRow(scope, episode, { dates, usd })).sort(byImpact),
    today: todayRow(prepared, dayUsd(series, series.today), options.gateFloorUsd),
  };
}

/** Largest impact first, up or down; equal ones by start. */
export function byImpact(a: EpisodeRow, b: EpisodeRow): number {
  return Math.abs(b.impact_usd) - Math.abs(a.impact_usd) || (a.start < b.start ? -1 : 1);
}

function touches({ start, end }: Episode, dates: readonly Day[], window: Span): boolean {
  return at(dates, start) <= window.to && at(dates, end) >= window.from;
}

/**
 * Of several series looked at, the more so when they were chosen because they moved, one will stand out by chance: a call of low
 * confidence on an entity needs a high severity.
 */
function isTelling({ confidence, severity }: Episode, { type }: Scope): boolean {
  return type === "workspace" || confidence !== "low" || severity === "high";
}

function gateFloor(type: Scope["type"]): number {
  if (type === "workspace" || type === "department") return GATE_FLOOR_USD[type];
  return GATE_FLOOR_USD.other;
}

/** A scope whose first use lies in the window: the days before it are no history of zeros. */
function isNewIn(series: UsageSeries, window: Span): boolean {
  const first = series.days.find((day) => day.origin !== "before_scope");
  return first !== undefined && first !== series.days[0] && inSpan(first.date, window);
}

function episodeRow(
  scope: Scope,
  episode: Episode,
  { dates, usd }: { dates: readonly Day[]; usd: readonly (number | null)[] },
): EpisodeRow {
  const { rangeUsd, z, confidence, profile } = episode;
  const leftOut = usd.slice(episode.start, episode.end + 1).filter((value) => value === null || value < 0).length;
  return {
    scope: {
      type: scope.type,
      ...(scope.id !== null && { id: scope.id }),
      ...(scope.name !== null && { name: scope.name }),
    },
    kind: episode.kind,
    start: at(dates, episode.start),
    end: at(dates, episode.end),
    days: episode.days,
    ...(leftOut > 0 && { days_left_out: leftOut }),
    ongoing: episode.isOngoing,
    actual_usd: roundTo(episode.actualUsd, 6),
    expected_usd: estimatedUsd(episode.expectedUsd),
    ...(rangeUsd && { range_usd: { low: estimatedUsd(rangeUsd.low), high: estimatedUsd(rangeUsd.high) } }),
    impact_usd: estimatedUsd(episode.impactUsd),
    impact_pct: episode.impactPct === null ? null : roundTo(episode.impactPct, 1),
    ...(z !== null && { z: roundTo(z, 2) }),
    ...(confidence !== null && { confidence }),
    severity: episode.severity,
    ...(profile !== "none" && { profile }),
    history_days: episode.historyDays,
  };
}

function todayRow(prepared: Series, soFarUsd: number | null, gateFloorUsd: number): TodayRow | null {
  const alert = soFarUsd === null ? null : todayAlert(prepared, soFarUsd, { gateFloorUsd });
  if (alert === null) return null;
  return {
    so_far_usd: alert.todaySoFarUsd,
    expected_full_day_usd: estimatedUsd(alert.expectedUsd),
    alert_line_usd: estimatedUsd(alert.alertLineUsd),
    is_alert: alert.isAlert,
  };
}
