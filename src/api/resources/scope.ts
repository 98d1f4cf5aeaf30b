import type { Answer } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { type ApiPath, path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";
import { entityWord } from "./words.ts";

/** What a virtual key is bound to. */
export interface Scope {
  workspaceId: string | null;
  workspaceName: string | null;
  /** False when the answer does not speak of an entity at all; then `entity: null` proves nothing. */
  entityReported: boolean;
  entity: ScopeEntity | null;
  key: ScopeKey | null;
}

export interface ScopeEntity {
  type: string | null;
  id: string | null;
  name: string | null;
  departmentName: string | null;
  departmentId: string | null;
}

export interface ScopeKey {
  id: string | null;
  label: string | null;
  prefix: string | null;
  status: string | null;
  /** `null` = no restriction known. */
  allowedModels: string[] | null;
  rateLimitRpm: number | null;
}

export const scopePath: ApiPath = path`/api/v1/cockpit/scope`;

export async function readScope(http: Http): Promise<Answer<Scope>> {
  return parseScope(await http.get(scopePath));
}

const KNOWN = ["degraded", "dataSource", "workspace", "entity", "virtualKey", "workspaceId", "xWorkspaceId", "scope"];

export function parseScope(payload: Payload): Answer<Scope> {
  const row = payloadRow(payload, KNOWN);
  const places = [row, row.row("scope"), row.row("data")].filter((place) => place !== null);
  const entity = row.row("entity");
  const key = row.row("virtualKey");
  return answer(
    {
      workspaceId: first(places, workspaceId),
      workspaceName: first(places, (place) => place.row("workspace")?.text("name") ?? place.text("workspaceName")),
      entityReported: row.has("entity"),
      entity: entity && {
        type: entityWord(entity.text("type")),
        id: entity.id("id"),
        name: entity.text("name"),
        departmentName: entity.text("department"),
        departmentId: entity.id("departmentId"),
      },
      key: key && {
        id: key.id("id"),
        label: key.text("label"),
        prefix: key.text("prefix"),
        status: key.word(["active", "disabled", "expired", "revoked"], "status"),
        allowedModels: key.texts("allowedModels"),
        rateLimitRpm: key.nonNegative("rateLimitRpm"),
      },
    },
    row,
  );
}

function workspaceId(place: Row): string | null {
  return place.row("workspace")?.id("id", "uuid") ?? place.id("workspaceId", "xWorkspaceId");
}

function first<T>(places: readonly Row[], read: (place: Row) => T | null): T | null {
  for (const place of places) {
    const value = read(place);
    if (value !== null) return value;
  }
  return null;
}
