import * as z from "zod";
import { NOTE_CODES } from "../finops/basis.ts";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const note = z.strictObject({ code: z.enum(NOTE_CODES), text: z.string() });

/** Where every figure of an answer comes from: its window, its comparison, its age and its gaps. */
export const basisSchema = z.strictObject({
  window: z.strictObject({ from: day, to: day, days: z.int(), label: z.string() }),
  compared_with: z.strictObject({ from: day, to: day, days: z.int() }).nullable(),
  timezone: z.literal("UTC"),
  complete_through: day.nullable(),
  includes_today: z.boolean(),
  currency: z.literal("USD"),
  source: z.array(z.string()),
  as_of: z.string(),
  degraded: z.boolean(),
  notes: z.array(note),
  budget: z
    .strictObject({
      used_pct: z.number().nullable(),
      remaining_usd: z.number().nullable(),
      resets_at: z.string().nullable(),
    })
    .optional(),
});

/** The parts of a basis that a list, a catalogue or a write result has. */
export const plainBasisSchema = basisSchema
  .pick({ timezone: true, currency: true, source: true, as_of: true, degraded: true, notes: true })
  .strict();
export type PlainBasis = z.output<typeof plainBasisSchema>;

/** The schema of an answer about money over time: a sentence, its basis, then the figures. */
export function analysis<S extends z.ZodRawShape>(fields: S) {
  return z.strictObject({ headline: z.string(), basis: basisSchema, ...fields });
}

/** The schema of an answer without a window of its own. */
export function facts<S extends z.ZodRawShape>(fields: S) {
  return z.strictObject({ headline: z.string(), basis: plainBasisSchema, ...fields });
}

export const change = z.strictObject({
  pct: z.number().nullable(),
  word: z.enum(["up", "down", "unchanged", "new", "stopped", "none", "unknown"]),
});

export function plainBasis(
  now: Date,
  source: readonly string[],
  { degraded = false, notes = [] }: { degraded?: boolean; notes?: PlainBasis["notes"] } = {},
): PlainBasis {
  return { timezone: "UTC", currency: "USD", source: [...source], as_of: now.toISOString(), degraded, notes };
}
