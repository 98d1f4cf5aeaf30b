import * as z from "zod";
import { countText } from "../finops/count.ts";

/** Turns a tool's result into lines for people; it reads from the result only what it shows. */
export type View = (data: unknown, width: number) => string[];

export const figure = z.number().nullable();
export const text = z.string().nullish();
export const change = z.object({
  pct: figure,
  word: z.enum(["up", "down", "unchanged", "new", "stopped", "none", "unknown"]),
});

export function percent(value: number | null): string {
  return value === null ? "unknown" : `${value.toFixed(1)}%`;
}

export function count(value: number | null): string {
  return value === null ? "unknown" : countText(value);
}
