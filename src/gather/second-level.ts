import type { ManagerApi } from "../api/manager.ts";
import type { Answer, DailyUsage, EntityFilter, Listing, Span } from "../api/spend.ts";
import type { Noted } from "../finops/basis.ts";
import { type DrillDownChildren, drillDownChildren } from "../finops/drill-down.ts";
import type { EntityCost, EntityList } from "../finops/entity-cost.ts";
import { type EntityDays, entityDays } from "../finops/entity-days.ts";
import type { Micro } from "../finops/money.ts";
import type { FailureReason, Part } from "../finops/part.ts";
import { normaliseUsage } from "../finops/usage.ts";
import { type Breakdown, cutOf, dimensionsOf } from "./breakdown.ts";
import type { DimensionRead } from "./dimension.ts";
import { type NamedPart, part, plainPart } from "./part.ts";
import type { Reads } from "./reads.ts";

/** What can belong to a department: both lists name the department of each row. */
export interface Staff {
  readonly agents: NamedPart<Listing<Owner>>;
  /** `null` where the breakdown holds no members, so that nothing could be shown of them. */
  readonly members: NamedPart<Listing<Owner>> | null;
}

interface Owner {
  readonly id: string;
  readonly departmentId: string | null;
}

/** All agents, and all members where the breakdown holds them, to know which belong to one department. */
export async function gatherStaff(api: ManagerApi, level: Promise<DimensionRead>, read: Reads): Promise<Staff> {
  const membersIfShown = async () => {
    const { breakdown } = await level;
    if (breakdown === null || !dimensionsOf(breakdown).includes("member")) return null;
    return read("members", plainPart("The list of members", api.allMembers()));
  };
  const [agents, members] = await Promise.all([
    read("agents", plainPart("The list of agents", api.allAgents())),
    membersIfShown(),
  ]);
  return { agents, members };
}

/** The agents of a department, and its members where the breakdown holds them, against the department's cost. */
export function staffLevel(
  { agents, members }: Staff,
  breakdown: Breakdown,
  departmentId: string,
  { parentCost, limit }: { parentCost: Micro | null; limit: number },
): Noted<DrillDownChildren> {
  const levels = [ownersIn(agents, cutOf(breakdown, "agent"), departmentId)];
  if (members !== null) levels.push(ownersIn(members, cutOf(breakdown, "member"), departmentId));
  const { result, notes } = drillDownChildren(joined(levels), parentCost, limit);
  if (result.status === "failed") return { result, notes };
  const own = notes.map(({ code, text }) => ({ code, text: `Second level: ${text}` }));
  if (members !== null) return { result, notes: own };
  const text = "Second level: the service's breakdown holds no members, so what they spent is unattributed there.";
  return { result, notes: [...own, { code: "unattributed_remainder", text }] };
}

/** The rows of a cut that belong to one department. When the list names no departments at all, nothing can be told. */
function ownersIn(owners: NamedPart<Listing<Owner>>, cut: Part<EntityList>, departmentId: string): Part<EntityList> {
  if (owners.status === "failed") return { status: "failed", reason: owners.reason };
  if (cut.status === "failed") return cut;
  const { rows, complete } = owners.data;
  const areNamed = rows.length === 0 || rows.some((owner) => owner.departmentId !== null);
  if (!areNamed) return { status: "failed", reason: "bad_shape" };
  const ids = new Set(rows.filter((owner) => owner.departmentId === departmentId).map((owner) => owner.id));
  const own = cut.data.rows.filter((row) => ids.has(row.id));
  return { ...cut, data: { rows: own, complete: complete && cut.data.complete } };
}

/** Several lists as one; a failed one fails them all, because the rest would look like everything. */
function joined(parts: readonly Part<EntityList>[]): Part<EntityList> {
  const rows: EntityCost[] = [];
  let complete = true;
  let degraded = false;
  let failure: FailureReason | null = null;
  for (const each of parts) {
    if (each.status === "failed") {
      failure ??= each.reason;
      continue;
    }
    rows.push(...each.data.rows);
    complete &&= each.data.complete;
    degraded ||= each.degraded;
  }
  return failure === null
    ? { status: "ok", data: { rows, complete }, degraded }
    : { status: "failed", reason: failure };
}

/** The daily rows of one agent or member. */
export function gatherEntityDays(
  api: ManagerApi,
  span: Span | "billing_cycle",
  entity: EntityFilter,
): Promise<NamedPart<Answer<DailyUsage>>> {
  return part(`The daily usage of the ${entity.type}`, api.usage(span, entity));
}

export type DayLevel = ({ status: "ok" } & EntityDays) | { status: "failed"; reason: FailureReason };

/** An agent or member day by day, against its cost in the breakdown. */
export function dayLevel(
  answer: NamedPart<Answer<DailyUsage>>,
  { window, now, parentCost, most }: { window: Span; now: Date; parentCost: Micro | null; most: number },
): Noted<DayLevel> {
  if (answer.status === "failed") {
    const text = `The second level could not be read (${answer.reason}); the first level stands.`;
    return { result: { status: "failed", reason: answer.reason }, notes: [{ code: "sub_call_failed", text }] };
  }
  const { rows, covered } = answer.data.value;
  const series = normaliseUsage(rows, { span: window, now, degraded: answer.degraded, covered });
  const { result, notes } = entityDays(series, window, parentCost, most);
  return { result: { status: "ok", ...result }, notes };
}
