import * as z from "zod";
import { usdText } from "../finops/money.ts";
import type { EpisodeRow } from "../finops/scope-check.ts";
import { quoted, shortName } from "./short-name.ts";

const level = z.enum(["low", "medium", "high"]);

/** The schema of one run of days outside expectation. */
export const episodeSchema = z.strictObject({
  scope: z.strictObject({
    type: z.enum(["workspace", "department", "agent", "member"]),
    id: z.string().optional(),
    name: z.string().optional(),
  }),
  kind: z.enum(["spike", "drop", "level_shift", "stopped", "new_spend"]),
  start: z.string(),
  end: z.string(),
  days: z.int(),
  days_left_out: z.int().optional(),
  ongoing: z.boolean(),
  actual_usd: z.number(),
  expected_usd: z.number(),
  range_usd: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  impact_usd: z.number(),
  impact_pct: z.number().nullable(),
  z: z.number().optional(),
  confidence: level.optional(),
  severity: level,
  profile: z.enum(["weekend", "weekday"]).optional(),
  history_days: z.int(),
});

export type ShownEpisode = z.output<typeof episodeSchema>;

export const todaySchema = z
  .strictObject({
    so_far_usd: z.number(),
    expected_full_day_usd: z.number(),
    alert_line_usd: z.number(),
    is_alert: z.boolean(),
  })
  .nullable();

/** An episode with a name short enough for a dense answer. */
export function toEpisode({ scope, ...rest }: EpisodeRow): ShownEpisode {
  return { scope: { ...scope, ...(scope.name && { name: shortName(scope.name) }) }, ...rest };
}

/** `the spend of agent "X" spiked on 2026-11-17: $333.49 against $145.87 expected (+128.6%)`. */
export function episodeSentence({ scope, kind, start, end, ...figures }: ShownEpisode): string {
  const { actual_usd, expected_usd, impact_usd, impact_pct, days_left_out: leftOut } = figures;
  const whose = scope.type === "workspace" ? "the workspace's spend" : `the spend of ${quoted(scope.type, scope)}`;
  const gap = leftOut === undefined ? "" : ` (${leftOut} unknown or credit ${leftOut === 1 ? "day" : "days"} left out)`;
  if (kind === "new_spend") {
    const until = start === end ? "" : ` up to ${end}${gap}`;
    return `${whose} began on ${start}: ${usdText(actual_usd)}${until}, where nothing was spent before`;
  }
  const when = start === end ? `on ${start}` : `from ${start} to ${end}${gap}`;
  const pct = impact_pct === null ? "" : ` (${impact_pct > 0 ? "+" : ""}${impact_pct}%)`;
  return `${whose} ${verb(kind, impact_usd > 0)} ${when}: ${usdText(actual_usd)} against ${usdText(expected_usd)} expected${pct}`;
}

function verb(kind: Exclude<ShownEpisode["kind"], "new_spend">, isUp: boolean): string {
  switch (kind) {
    case "spike":
      return "spiked";
    case "drop":
      return "dropped";
    case "level_shift":
      return isUp ? "rose to a new level" : "fell to a new level";
    case "stopped":
      return "stopped";
  }
}
