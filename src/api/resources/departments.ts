import type { KeepOptions, Listing, Page } from "../answer.ts";
import type { Http } from "../http.ts";
import { readPage } from "../list.ts";
import { readAllPages } from "../pages.ts";
import { path } from "../path.ts";
import type { Row } from "../row.ts";
import { type PageQuery, pageQuery } from "./query.ts";
import { policyActionWord } from "./words.ts";

export interface Department {
  id: string;
  name: string | null;
  description: string | null;
  memberCount: number | null;
  agentCount: number | null;
  budgetUsd: number | null;
  /** `alert_only`, `block`, `soft_throttle`, or the service's own word. */
  budgetAction: string | null;
  spentUsd: number | null;
  requests: number | null;
}

export async function readDepartments(http: Http, query: PageQuery): Promise<Page<Department>> {
  const paging = pageQuery(query);
  return readPage(
    await http.get(path`/api/v1/departments`, { query: paging }),
    ["departments"],
    paging,
    readDepartment,
  );
}

export function readAllDepartments(http: Http, options: KeepOptions<Department> = {}): Promise<Listing<Department>> {
  const early = http.endingEarly();
  return readAllPages((page, pageSize) => readDepartments(early, { page, pageSize }), options);
}

function readDepartment(row: Row): Department {
  return {
    id: row.needId("id"),
    name: row.text("name"),
    description: row.text("description"),
    memberCount: row.nonNegative("memberCount"),
    agentCount: row.nonNegative("agentCount"),
    budgetUsd: row.usd("budget") ?? row.cents("budgetCents"),
    budgetAction: policyActionWord(row.text("budgetAction")),
    spentUsd: row.usd("spend", "cost", "totalCost"),
    requests: row.count("requests"),
  };
}
