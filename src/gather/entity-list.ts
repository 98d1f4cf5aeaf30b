import type { ManagerApi } from "../api/manager.ts";
import type { EntityFilter, KeepOptions, Listing } from "../api/spend.ts";
import type { Subject } from "../tool/define.ts";
import { type NamedPart, plainPart } from "./part.ts";

/** Each kind of entity as an error names it, and the tool that lists it. */
export const ENTITY_SUBJECTS: Readonly<Record<EntityFilter["type"], Subject>> = {
  agent: { kind: "agent", listedBy: "list_agents" },
  member: { kind: "member", listedBy: "list_members" },
  department: { kind: "department", listedBy: "list_departments" },
};

/** What the list of its kind tells of one id. */
export interface ListedEntity {
  /** `unknown` when the list could not be read to its end. */
  readonly exists: "yes" | "no" | "unknown";
  readonly name: string | null;
  readonly list: NamedPart<unknown>;
}

/** Looks an id up in the list of its kind: there is no route for a single entity. */
export async function lookUpEntity(api: ManagerApi, { type, id }: EntityFilter): Promise<ListedEntity> {
  const list = await plainPart(`The list of ${type}s`, readAll(api, type, { keep: (row) => row.id === id, enough: 1 }));
  if (list.status === "failed") return { exists: "unknown", name: null, list };
  const [row] = list.data.rows;
  if (row) return { exists: "yes", name: row.name, list };
  return { exists: list.data.complete ? "no" : "unknown", name: null, list };
}

/** Whether an id is in the list of its kind; `unknown` when the list could not be read to its end. */
export async function existingEntity(api: ManagerApi, entity: EntityFilter): Promise<ListedEntity["exists"]> {
  return (await lookUpEntity(api, entity)).exists;
}

interface Named {
  readonly id: string;
  readonly name: string | null;
}

function readAll(api: ManagerApi, type: EntityFilter["type"], options: KeepOptions<Named>): Promise<Listing<Named>> {
  switch (type) {
    case "agent":
      return api.allAgents(options);
    case "member":
      return api.allMembers(options);
    case "department":
      return api.allDepartments(options);
  }
}
