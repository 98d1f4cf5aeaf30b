import type { ManagerApi } from "../api/manager.ts";
import type { Answer, Span } from "../api/spend.ts";
import type { Day } from "../finops/day.ts";
import { type EntityList, modelsAsEntities } from "../finops/entity-cost.ts";
import type { Windows } from "../finops/window.ts";
import { ToolError } from "../tool/errors.ts";
import { inAskedWindow } from "./asked-window.ts";
import { type Breakdown, cutOf, dimensionsOf, ENTITY_CUTS } from "./breakdown.ts";
import { type NamedPart, part } from "./part.ts";

export const DIMENSIONS = ["department", "agent", "member", "model", "master_key"] as const;
export type DimensionName = (typeof DIMENSIONS)[number];

/** One dimension of one window, and the breakdown it was cut from; models have a route of their own. */
export interface DimensionRead {
  readonly list: NamedPart<EntityList>;
  readonly breakdown: Breakdown | null;
  /** The answer as it came: it tells for which window. */
  readonly answer: NamedPart<Answer<unknown>>;
}

/** Reads one dimension of one window. @param name under which the read is missed when it fails */
export async function readDimension(
  api: ManagerApi,
  dimension: DimensionName,
  span: Span | "billing_cycle",
  { name, today }: { name: string; today: Day },
): Promise<DimensionRead> {
  if (dimension === "model") {
    const models = await part(name, api.modelCosts(span, today));
    if (models.status === "failed") return { list: models, breakdown: null, answer: models };
    const data = modelsAsEntities(models.data.value);
    return { list: { ...models, data }, breakdown: null, answer: models };
  }
  const breakdown = await part(name, api.costs(span));
  return { list: { name, error: breakdown.error, ...cutOf(breakdown, dimension) }, breakdown, answer: breakdown };
}

/** Reads one window of the dimension in question. */
export type ReadWindow = (span: Span, name: string) => Promise<DimensionRead>;

/** The dimension in both comparison windows; `null` where there is nothing to compare. */
export async function readComparison(
  { current, previous }: Windows,
  read: ReadWindow,
): Promise<{ current: NamedPart<EntityList>; previous: NamedPart<EntityList> } | null> {
  if (current === null || previous === null) return null;
  const side = async (span: Span, name: string): Promise<NamedPart<EntityList>> => {
    const { list, answer } = await read(span, name);
    const strict = inAskedWindow(answer, span);
    return strict.status === "failed" && list.status === "ok" ? strict : list;
  };
  const [now, before] = await Promise.all([
    side(current, "The costs of the compared window"),
    side(previous, "The costs of the window before"),
  ]);
  return { current: now, previous: before };
}

/**
 * A dimension the service does not send cannot be answered by another one.
 * @throws ToolError BAD_DATA naming the dimensions that can be asked for
 */
export function requireDimension({ breakdown }: DimensionRead, dimension: DimensionName): void {
  if (breakdown === null || breakdown.status === "failed") return;
  const present = dimensionsOf(breakdown);
  if (present.includes(dimension)) return;
  const choices = [...ENTITY_CUTS.filter((cut) => present.includes(cut)), "model"];
  throw new ToolError(
    "BAD_DATA",
    `The cost breakdown of the service has no dimension ${dimension}; it has: ${present.join(", ") || "none"}.`,
    `Ask for one of: ${choices.join(", ")}.`,
  );
}
