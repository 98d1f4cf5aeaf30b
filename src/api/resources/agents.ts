import type { AllPagesOptions, KeepOptions, Listing, Page, Scan } from "../answer.ts";
import type { Http } from "../http.ts";
import { readPage } from "../list.ts";
import { readAllPages, scanPages } from "../pages.ts";
import { path, uuid } from "../path.ts";
import type { Row } from "../row.ts";
import { pageQuery } from "./query.ts";

export interface Agent {
  id: string;
  name: string | null;
  departmentId: string | null;
  departmentName: string | null;
  /** `active`, `inactive`, `archived` or `unknown(…)`. */
  status: string | null;
  /** `production`, `development`, `staging` or `unknown(…)`. */
  environment: string | null;
  provider: string | null;
  model: string | null;
  /** Over a default window that the service does not name. */
  costUsd: number | null;
  requests: number | null;
  lastUsedAt: string | null;
  lastUsedReported: boolean;
  createdAt: string | null;
}

export interface AgentQuery {
  page?: number;
  pageSize?: number;
  departmentId?: string;
  status?: string;
  environment?: string;
  search?: string;
}

export async function readAgents(http: Http, query: AgentQuery): Promise<Page<Agent>> {
  const paging = pageQuery(query);
  const { status, environment, search } = query;
  const departmentId = query.departmentId === undefined ? undefined : uuid(query.departmentId, "department id");
  const payload = await http.get(path`/api/v1/agents`, {
    query: { ...paging, departmentId, status, environment, search },
  });
  return readPage(payload, ["agents"], paging, readAgent);
}

export function readAllAgents(http: Http, options: KeepOptions<Agent> = {}): Promise<Listing<Agent>> {
  return readAllPages(pagesOf(http), options);
}

/** Hands on the agents page by page, however many there are. */
export function scanAgents(
  http: Http,
  take: (agents: readonly Agent[]) => void,
  options: AllPagesOptions = {},
): Promise<Scan> {
  return scanPages(pagesOf(http), take, options);
}

/** Pages for a whole list: they end a little before the call does, so that what was read can still be told. */
function pagesOf(http: Http): (page: number, pageSize: number) => Promise<Page<Agent>> {
  const early = http.endingEarly();
  return (page, pageSize) => readAgents(early, { page, pageSize });
}

function readAgent(row: Row): Agent {
  const lastUsed = row.reportedInstant("lastUsed", "lastUsedAt");
  return {
    id: row.needId("id"),
    name: row.text("name", "label"),
    departmentId: row.id("departmentId"),
    departmentName: row.text("departmentName"),
    status: row.word(["active", "inactive", "archived"], "status"),
    environment: row.word(["production", "development", "staging"], "environment"),
    provider: row.text("provider"),
    model: row.text("modelId", "model"),
    costUsd: row.usd("cost", "spend"),
    requests: row.count("requests"),
    lastUsedAt: lastUsed.value,
    lastUsedReported: lastUsed.reported,
    createdAt: row.instant("createdAt"),
  };
}
