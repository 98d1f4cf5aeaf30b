import * as z from "zod";
import { clean } from "../text.ts";
import { cleanValue } from "./clean-value.ts";

/** Texts were cleaned when they were written; the file may have been changed since. */
const text = z
  .string()
  .max(4_096)
  .transform((raw) => clean(raw));

const value = z.unknown().transform((raw) => cleanValue(raw));

/** One line of the record, as far as this program knows its fields. */
const recordedSchema = z.object({
  ts: z.iso.datetime(),
  run: text,
  seq: z.int(),
  event: z.enum(["plan", "confirm", "intent", "result", "denied"]),
  tool: text,
  plan_id: text,
  principal: text,
  target_id: text.nullable(),
  args: value,
  before: value.optional(),
  after: value.optional(),
  approval: z.enum(["elicit", "token"]).optional(),
  token_hash: text.optional(),
  outcome: z.enum(["applied", "not_applied", "unknown", "rejected"]).optional(),
  code: text.optional(),
  status: z.int().optional(),
  ms: z.number().optional(),
  prev_hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});

export type Recorded = z.output<typeof recordedSchema>;

/** @returns null for a line that is torn, or not of this program */
export function parseRecorded(line: string): Recorded | null {
  try {
    const parsed = recordedSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
