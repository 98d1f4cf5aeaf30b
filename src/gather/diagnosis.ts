import type { ManagerApi } from "../api/manager.ts";
import type { Note } from "../finops/basis.ts";
import { addDays, dayOf } from "../finops/day.ts";
import { type DiagnosisInput, type EpisodeCuts, episodeToExplain } from "../finops/diagnosis.ts";
import { moversToCheck } from "../finops/movers-to-check.ts";
import { checkScope, type EntityScope, type EpisodeRow, type ScopeCheck } from "../finops/scope-check.ts";
import { resolveWindows, type Span, type Windows } from "../finops/window.ts";
import { inAskedWindow } from "./asked-window.ts";
import { type Breakdown, comparedCuts, cutOf, dimensionsOf, gatherBreakdown, lastUseDays } from "./breakdown.ts";
import { modelsOf } from "./model-costs.ts";
import { type NamedPart, notesOnFailures, part } from "./part.ts";
import type { Reads } from "./reads.ts";
import { quoted } from "./short-name.ts";
import { asPart, type GatheredUsage, gatherUsage } from "./usage.ts";
import { HISTORY_DAYS } from "./workspace-budget.ts";

/** Daily series of single entities that are read. */
export const MOST_SERIES = 5;
/** The series, two windows of costs and models, five series, and two cuts of one episode. */
export const MOST_CALLS = 1 + 4 + MOST_SERIES + 2;

const BEFORE_EPISODE_DAYS = 28;

export type DiagnosisPeriod = "7d" | "30d";

/** Windows of whole days, which always have complete days to compare. */
export interface ComparedWindows extends Windows {
  current: Span;
  previous: Span;
}

export interface GatheredDiagnosis {
  readonly windows: ComparedWindows;
  readonly input: Omit<DiagnosisInput, "limits">;
  readonly usage: GatheredUsage["usage"];
  readonly parts: readonly NamedPart<unknown>[];
  /** What is missing, failed series of single movers told as one. */
  readonly gaps: readonly Note[];
}

/** The windows of a period of whole days. */
export function comparedWindows(period: DiagnosisPeriod, now: Date): ComparedWindows {
  const windows = resolveWindows({ period, now });
  const { current, previous } = windows;
  if (current === null || previous === null) throw new Error(`${period} has no complete days`);
  return { ...windows, current, previous };
}

interface Question {
  readonly period: DiagnosisPeriod;
  readonly now: Date;
  readonly read: Reads;
}

/**
 * Reads all a diagnosis needs within its call budget. The costs come first, because the series of the top movers hang on
 * them, as the cuts of an episode hang on the workspace's own series; everything else runs beside them.
 */
export async function gatherDiagnosis(api: ManagerApi, question: Question): Promise<GatheredDiagnosis> {
  const { period, now, read } = question;
  const windows = comparedWindows(period, now);
  const { current, previous } = windows;
  const today = dayOf(now);
  const costsOf = (span: Span, name: string) => read(name, gatherBreakdown(api, span, name));
  const modelCosts = async (span: Span, name: string) =>
    inAskedWindow(await read(name, part(name, api.modelCosts(span, today))), span);
  const costs = Promise.all([
    costsOf(current, "The cost breakdown of the window"),
    costsOf(previous, "The cost breakdown of the window before"),
  ]);
  const series = read("daily usage", gatherUsage(api, { period }, now, { historyDays: HISTORY_DAYS }));
  const workspace = series.then(({ usage }) =>
    usage.status === "ok" ? checkScope({ type: "workspace", id: null, name: null }, usage.data, current) : null,
  );
  const [breakdowns, { usage }, own, models, episode, movers] = await Promise.all([
    costs,
    series,
    workspace,
    Promise.all([
      modelCosts(current, "The models of the window"),
      modelCosts(previous, "The models of the window before"),
    ]),
    workspace.then((check) => check && readEpisode(check, costsOf)),
    costs.then(([during, before]) => {
      const lastUses = { window: current, days: lastUseDays(during) };
      return readMovers(api, moversToCheck(comparedCuts(during, before), MOST_SERIES, lastUses), current, question);
    }),
  ]);
  const checks = [own, ...movers.map(({ check }) => check)].filter((check) => check !== null);
  const main = [usage, ...breakdowns, ...models, ...(episode?.parts ?? [])];
  return {
    windows,
    input: {
      windows,
      usage: asPart(usage),
      checks,
      cuts: comparedCuts(...breakdowns),
      models: { current: modelsOf(models[0]), previous: modelsOf(models[1]) },
      episode: episode?.cuts ?? null,
    },
    usage,
    parts: [...main, ...movers.map(({ usage: each }) => each)],
    gaps: [...notesOnFailures(main), ...notesOnMovers(movers)],
  };
}

function notesOnMovers(movers: readonly CheckedMover[]): Note[] {
  const failed = movers.map(({ usage }) => usage).filter(({ status }) => status === "failed");
  const [first] = failed;
  if (failed.length < 2 || first?.status !== "failed") return notesOnFailures(failed);
  const series = `The daily usage of ${failed.length} of the ${movers.length} movers to check`;
  return [
    { code: "sub_call_failed", text: `${series} could not be read (${first.reason}); their days were not checked.` },
  ];
}

interface CheckedMover {
  readonly usage: GatheredUsage["usage"];
  readonly check: ScopeCheck | null;
}

function readMovers(
  api: ManagerApi,
  scopes: readonly EntityScope[],
  window: Span,
  { period, now, read }: Question,
): Promise<CheckedMover[]> {
  const readOne = async (scope: EntityScope): Promise<CheckedMover> => {
    const name = `The daily usage of ${quoted(scope.type, scope)}`;
    const entity = { type: scope.type, id: scope.id };
    const options = { entity, historyDays: HISTORY_DAYS, scopeStart: "first_use", name } as const;
    const { usage } = await read(name, gatherUsage(api, { period }, now, options));
    return { usage, check: usage.status === "ok" ? checkScope(scope, usage.data, window) : null };
  };
  return Promise.all(scopes.map(readOne));
}

/** The cuts of the workspace's largest rise and of the days before it; null when nothing rose. */
async function readEpisode(
  check: ScopeCheck,
  costsOf: (span: Span, name: string) => Promise<Breakdown>,
): Promise<{ cuts: EpisodeCuts; parts: Breakdown[] } | null> {
  const episode: EpisodeRow | null = episodeToExplain(check);
  if (episode === null) return null;
  const { start, end } = episode;
  const before = { from: addDays(start, -BEFORE_EPISODE_DAYS), to: addDays(start, -1) };
  const [during, history] = await Promise.all([
    costsOf({ from: start, to: end }, "The cost breakdown of the episode"),
    costsOf(before, "The cost breakdown before the episode"),
  ]);
  const cuts = dimensionsOf(during).map(
    (name) => [name, { during: cutOf(during, name), before: cutOf(history, name) }] as const,
  );
  return { cuts: { episode, before, cuts: Object.fromEntries(cuts) }, parts: [during, history] };
}
