import * as z from "zod";

/** Output fields of every trend. */
export const trendFields = {
  direction: z.enum(["up", "down", "flat", "mixed", "sparse", "too_short"]),
  change_pct: z.number().nullable(),
  method: z.enum(["same_weekdays", "slope", "none"]),
  n: z.int(),
};

export const trendSchema = z.strictObject(trendFields);
