import type { KeepOptions, Listing, Page } from "../answer.ts";
import type { Http } from "../http.ts";
import { readPage } from "../list.ts";
import { readAllPages } from "../pages.ts";
import { path } from "../path.ts";
import type { Row } from "../row.ts";
import { type PageQuery, pageQuery } from "./query.ts";

export interface Member {
  id: string;
  name: string | null;
  email: string | null;
  departmentId: string | null;
  departmentName: string | null;
  role: string | null;
  /** `active`, `revoked`, `suspended` or `unknown(…)`. */
  status: string | null;
  monthlyBudgetUsd: number | null;
  /** Spend of the subscription period. */
  periodSpendUsd: number | null;
  periodRequests: number | null;
  createdAt: string | null;
}

export async function readMembers(http: Http, query: PageQuery): Promise<Page<Member>> {
  const paging = pageQuery(query);
  return readPage(await http.get(path`/api/v1/members`, { query: paging }), ["members"], paging, readMember);
}

export function readAllMembers(http: Http, options: KeepOptions<Member> = {}): Promise<Listing<Member>> {
  const early = http.endingEarly();
  return readAllPages((page, pageSize) => readMembers(early, { page, pageSize }), options);
}

function readMember(row: Row): Member {
  return {
    id: row.needId("id"),
    name: row.text("name"),
    email: row.text("email"),
    departmentId: row.id("departmentId"),
    departmentName: row.text("departmentName"),
    role: row.text("role", "roleLabel"),
    status: row.word(["active", "revoked", "suspended"], "status"),
    monthlyBudgetUsd: row.usd("monthlyBudget") ?? row.cents("monthlyBudgetCents"),
    periodSpendUsd: row.usd("periodSpend", "spend", "cost") ?? row.cents("periodSpendCents"),
    periodRequests: row.count("periodRequestCount", "requests"),
    createdAt: row.instant("createdAt"),
  };
}
