import * as z from "zod";

const nullable = z.number().nullable();

/** Output fields of every table of costs: rows + other + unattributed are the total. */
export const costTableFields = {
  total_cost_usd: nullable,
  lower_bound: z.boolean(),
  rows_total_usd: nullable,
  other: z.strictObject({ count: z.int(), cost_usd: z.number(), share_pct: nullable }),
  unattributed_usd: nullable,
  unattributed_pct: nullable,
  allocation: z.enum(["balanced", "unattributed", "over_attributed", "unknown"]),
  listing: z.strictObject({
    total: z.int(),
    returned: z.int(),
    truncated: z.boolean(),
    omitted_usd: z.number(),
  }),
};
