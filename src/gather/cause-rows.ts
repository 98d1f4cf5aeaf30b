import * as z from "zod";
import type { CausesRow } from "../finops/diagnosis.ts";
import { shortName } from "./short-name.ts";

const usd = z.number();
const named = { id: z.string(), name: z.string().optional() };

/** The schema of what explains a change: drivers + other are the change. */
export const causesSchema = z.strictObject({
  of: z.enum(["episode", "window_change"]),
  from: z.string(),
  to: z.string(),
  dimension: z.string(),
  change_usd: usd,
  offsetting: z.boolean(),
  drivers: z.array(
    z.strictObject({
      ...named,
      actual_usd: usd,
      expected_usd: usd,
      delta_usd: usd,
      explained_pct: usd.optional(),
    }),
  ),
  other: z.strictObject({ count: z.int(), delta_usd: usd }),
  also: z.array(z.strictObject({ dimension: z.string(), ...named, delta_usd: usd, explained_pct: usd })),
});

/** Causes with names short enough for a dense answer. */
export function toCauses({ drivers, also, ...rest }: CausesRow): z.output<typeof causesSchema> {
  return { ...rest, drivers: drivers.map(shortened), also: also.map(shortened) };
}

function shortened<T extends { id: string; name?: string }>({ name, ...row }: T): Omit<T, "name"> & { name?: string } {
  return name === undefined || row.id.endsWith(name) ? row : { ...row, name: shortName(name) };
}
