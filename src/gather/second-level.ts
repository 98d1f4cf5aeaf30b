import type { ManagerApi } from "../api/manager.ts";
import type { Answer, DailyUsage, EntityFilter, KeepOptions, Listing, Span } from "../api/spend.ts";
import type { Note, Noted } from "../finops/basis.ts";
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

/** What belongs to a department: both lists name the department of each row. */
export interface Staff {
  readonly agents: NamedPart<Belonging>;
  /** `null` where the breakdown holds no members, so that nothing could be shown of them. */
  readonly members: NamedPart<Belonging> | null;
}

interface Owner {
  readonly id: string;
  readonly departmentId: string | null;
}

interface Belonging {
  readonly ids: ReadonlySet<string>;
  readonly isEmpty: boolean;
  /** Whether any row of the list names a department. */
  readonly areNamed: boolean;
  readonly complete: boolean;
}

/** Reads a whole list, however long, and keeps the ids of one department. */
async function belonging(
  list: (options: KeepOptions<Owner>) => Promise<Listing<Owner>>,
  departmentId: string,
): Promise<Belonging> {
  let isEmpty = true;
  let areNamed = false;
  const keep = (owner: Owner): boolean => {
    isEmpty = false;
    areNamed ||= owner.departmentId !== null;
    return owner.departmentId === departmentId;
  };
  const { rows, complete } = await list({ keep });
  return { ids: new Set(rows.map(({ id }) => id)), isEmpty, areNamed, complete };
}

/** The agents of a department, and its members where the breakdown holds them. */
export async function gatherStaff(
  api: ManagerApi,
  departmentId: string,
  level: Promise<DimensionRead>,
  read: Reads,
): Promise<Staff> {
  const membersIfShown = async () => {
    const { breakdown } = await level;
    if (breakdown === null || !dimensionsOf(breakdown).includes("member")) return null;
    return read("members", plainPart("The list of members", belonging(api.allMembers, departmentId)));
  };
  const [agents, members] = await Promise.all([
    read("agents", plainPart("The list of agents", belonging(api.allAgents, departmentId))),
    membersIfShown(),
  ]);
  return { agents, members };
}

/** The agents of a department, and its members where the breakdown holds them, against the department's cost. */
export function staffLevel(
  { agents, members }: Staff,
  breakdown: Breakdown,
  { parentCost, limit }: { parentCost: Micro | null; limit: number },
): Noted<DrillDownChildren> {
  const lists = [agents, ...(members === null ? [] : [members])];
  // A service that names the departments of one kind would name those of the other, if it had any.
  const areNamed = lists.some((owners) => owners.status === "ok" && owners.data.areNamed);
  const levels = lists.map((owners) =>
    ownersIn(owners, cutOf(breakdown, owners === members ? "member" : "agent"), areNamed),
  );
  const { result, notes } = drillDownChildren(joined(levels), parentCost, limit);
  if (result.status === "failed") return { result, notes };
  const own = notes.map(({ code, text }) => ({ code, text: `Second level: ${text}` }));
  return { result, notes: [...own, ...unshown({ agents, members })] };
}

/** The kinds of owners none of whom can be shown below a department. */
function unshown({ agents, members }: Staff): Note[] {
  const isUnnamed = (owners: NamedPart<Belonging>) =>
    owners.status === "ok" && !owners.data.isEmpty && !owners.data.areNamed;
  const why = [
    isUnnamed(agents) && "no agent is listed with a department",
    members === null && "the service's breakdown holds no members",
    members !== null && isUnnamed(members) && "no member is listed with a department",
  ];
  return why.flatMap((reason) => {
    if (reason === false) return [];
    const text = `Second level: ${reason}, so what they spent is unattributed there.`;
    return [{ code: "unattributed_remainder" as const, text }];
  });
}

/** The rows of a cut that belong to the department. When the lists name no departments at all, nothing can be told. */
function ownersIn(owners: NamedPart<Belonging>, cut: Part<EntityList>, areNamed: boolean): Part<EntityList> {
  if (owners.status === "failed") return { status: "failed", reason: owners.reason };
  if (cut.status === "failed") return cut;
  const { ids, isEmpty, complete } = owners.data;
  if (!isEmpty && !areNamed) return { status: "failed", reason: "bad_shape" };
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
