import { weekday } from "./days.ts";

/** Production agents work through the weekend, people and their trials do not. */
export type Rhythm = "production" | "office";

const WEEK: Record<Rhythm, readonly number[]> = {
  production: [0.74, 1, 1.04, 1.03, 1.02, 1, 0.78],
  office: [0.1, 1, 1.08, 1.06, 1.03, 0.88, 0.13],
};

/** Usual spend of this weekday, as a share of a Monday. */
export function weekFactor(rhythm: Rhythm, day: number): number {
  return WEEK[rhythm][weekday(day)] ?? 1;
}

/** Share of a day's spend made when `fraction` of the day has passed; rises from 0 to 1. */
export function shareOfDay(rhythm: Rhythm, fraction: number): number {
  if (fraction <= 0) return 0;
  if (fraction >= 1) return 1;
  if (rhythm === "production") return fraction;
  const x = Math.min(1, Math.max(0, (fraction - 0.25) / 0.55));
  return 0.06 * fraction + 0.94 * x * x * (3 - 2 * x);
}
