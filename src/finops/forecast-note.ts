import { at } from "./at.ts";
import type { Note } from "./basis.ts";
import type { Day } from "./day.ts";
import type { Forecast } from "./forecast.ts";

const MOST_SPIKES = 3;

/**
 * What has to be said with every forecast: the days behind it, and what was left out of them.
 *
 * @param what starts the sentence, such as `The outlook`; @param dates of the series that was forecast
 */
export function forecastNote(what: string, point: Forecast, dates: readonly Day[]): Note {
  const { historyDays: days, leftOut, levelShiftAt } = point;
  const note = (text: string): Note => ({ code: "short_history", text });
  if (point.isAllZero) return note(`${what} rests on ${days} complete days without spend: none is expected.`);
  if (point.isShortHistory) return note(`${what} rests on ${days} days: treat it as a rough run rate.`);
  const newest = leftOut.slice(-MOST_SPIKES).map((position) => at(dates, position));
  const more = leftOut.length > MOST_SPIKES ? ` and ${leftOut.length - MOST_SPIKES} earlier` : "";
  const spikes = newest.length === 0 ? "" : `, one-off spikes left out: ${newest.join(", ")}${more}`;
  const level = levelShiftAt === null ? null : at(dates, levelShiftAt);
  const moved = level === null ? "" : ` Spend moved to a new level up to ${level}, so the range is wide.`;
  return note(`${what} rests on ${days} complete days${spikes}.${moved}`);
}
