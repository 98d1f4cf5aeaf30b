import type { Note, Noted } from "./basis.ts";
import { roundTo } from "./rounding.ts";
import { type TrendDirection, trend } from "./trend.ts";

/** A trend ready to return from a tool. */
export interface TrendReport {
  direction: TrendDirection;
  change_pct: number | null;
  method: "same_weekdays" | "slope" | "none";
  /** Complete days with a known value. */
  n: number;
}

/** The trend over complete days, and what its method leaves out. */
export function reportTrend(points: readonly (number | null)[]): Noted<TrendReport> {
  const { direction, changePct, method, n } = trend(points);
  const change_pct = changePct === null ? null : roundTo(changePct, 1);
  return { result: { direction, change_pct, method, n }, notes: notesOn(method, n) };
}

/** `up 49.3%`, `flat`, `no clear trend`: for a sentence. */
export function trendText({ direction, change_pct }: Pick<TrendReport, "direction" | "change_pct">): string {
  switch (direction) {
    case "up":
    case "down":
      return change_pct === null ? direction : `${direction} ${Math.abs(change_pct).toFixed(1)}%`;
    case "flat":
      return "flat";
    case "mixed":
      return "no clear trend";
    case "sparse":
      return "too little use for a trend";
    case "too_short":
      return "too few days for a trend";
  }
}

function notesOn(method: TrendReport["method"], n: number): Note[] {
  if (method === "slope") {
    return [
      {
        code: "calendar_mix",
        text: "A trend with the method slope rests on fewer than 14 days, so the weekly cycle is still in it.",
      },
    ];
  }
  if (method === "same_weekdays") return [];
  return [
    { code: "short_history", text: `A trend needs at least 5 complete days; ${n} ${n === 1 ? "is" : "are"} known.` },
  ];
}
