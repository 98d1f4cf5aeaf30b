import type { AllPagesOptions, Answer, EntityFilter, KeepOptions, Listing, Page, Scan, Span } from "./answer.ts";
import type { Http } from "./http.ts";
import { prove } from "./prove.ts";
import { type Agent, type AgentQuery, readAgents, readAllAgents, scanAgents } from "./resources/agents.ts";
import { type BudgetPolicy, readBudgetPolicy } from "./resources/budget-policy.ts";
import { type CostBreakdown, readCosts } from "./resources/costs.ts";
import { type Department, readAllDepartments, readDepartments } from "./resources/departments.ts";
import { type EntityTotals, readEntityTotals } from "./resources/entity-analytics.ts";
import { readHealth } from "./resources/health.ts";
import { type Live24h, readLive24h } from "./resources/live.ts";
import { type MasterKey, readMasterKeys } from "./resources/master-keys.ts";
import { type Member, readAllMembers, readMembers } from "./resources/members.ts";
import { readCatalog } from "./resources/model-catalog.ts";
import { readModelCosts } from "./resources/model-costs.ts";
import { type Overview, overviewPath, parseOverview, readOverview } from "./resources/overview.ts";
import type { PageQuery } from "./resources/query.ts";
import { readSparklines, type SparklineMetric, type Sparklines } from "./resources/sparklines.ts";
import { readSubscription, type Subscription } from "./resources/subscription.ts";
import {
  readTimeseries,
  type Timeseries,
  type TimeseriesGranularity,
  type TimeseriesMetric,
  type TimeseriesPreset,
} from "./resources/timeseries.ts";
import { readUsage } from "./resources/usage.ts";
import {
  type KeySearch,
  readAllKeys,
  readKeys,
  scanKeys,
  searchKey,
  type VirtualKey,
  type VirtualKeyQuery,
} from "./resources/virtual-keys.ts";
import type { DailyUsage, SpendApi } from "./spend.ts";

export {
  type CreatedKey,
  createManagerWrites,
  type ManagerWrites,
  type NewKey,
  type WriteOptions,
} from "./manager-writes.ts";

/** What a workspace token can read. */
export interface ManagerApi extends SpendApi {
  readonly mode: "manager";
  overview(): Promise<Answer<Overview>>;
  usage(span: Span | "billing_cycle", entity?: EntityFilter): Promise<Answer<DailyUsage>>;
  costs(span: Span | "billing_cycle"): Promise<Answer<CostBreakdown>>;
  /** `limit` 1-10. */
  live24h(limit: number): Promise<Answer<Live24h>>;
  /** @throws ArgumentError for `hour` with `success_rate` or `latency`, which the service refuses. */
  timeseries(
    metric: TimeseriesMetric,
    granularity: TimeseriesGranularity,
    preset: TimeseriesPreset,
  ): Promise<Answer<Timeseries>>;
  /** An empty list asks for all metrics. */
  sparklines(metrics: readonly SparklineMetric[]): Promise<Answer<Sparklines>>;
  /** One request, no fall-back to `usage`. @throws ShapeError when the answer holds no known figure. */
  entityAnalytics(entity: EntityFilter, days: 1 | 7 | 30): Promise<Answer<EntityTotals>>;
  keys(query: VirtualKeyQuery): Promise<Page<VirtualKey>>;
  allKeys(options?: KeepOptions<VirtualKey>): Promise<Listing<VirtualKey>>;
  /** Every key, page by page: for lists of any length. */
  scanKeys(take: (keys: readonly VirtualKey[]) => void, options?: AllPagesOptions): Promise<Scan>;
  findKey(id: string): Promise<KeySearch>;
  masterKeys(): Promise<Listing<MasterKey>>;
  agents(query: AgentQuery): Promise<Page<Agent>>;
  /** Every agent, page by page: for lists of any length. */
  scanAgents(take: (agents: readonly Agent[]) => void, options?: AllPagesOptions): Promise<Scan>;
  allAgents(options?: KeepOptions<Agent>): Promise<Listing<Agent>>;
  members(query: PageQuery): Promise<Page<Member>>;
  allMembers(options?: KeepOptions<Member>): Promise<Listing<Member>>;
  departments(query: PageQuery): Promise<Page<Department>>;
  allDepartments(options?: KeepOptions<Department>): Promise<Listing<Department>>;
  subscription(): Promise<Answer<Subscription>>;
  budgetPolicy(): Promise<BudgetPolicy>;
}

export function createManagerApi(http: Http): ManagerApi {
  return {
    mode: "manager",
    health: () => readHealth(http),
    async proveCredential() {
      const { path, answer: overview } = await prove(http, overviewPath, parseOverview);
      return { path, scope: null, overview };
    },
    dailyUsage: (span) => readUsage(http, span),
    modelCosts: (span) => readModelCosts(http, span),
    listModels: () => readCatalog(http),
    overview: () => readOverview(http),
    usage: (span, entity) => readUsage(http, span, entity),
    costs: (span) => readCosts(http, span),
    live24h: (limit) => readLive24h(http, limit),
    timeseries: (metric, granularity, preset) => readTimeseries(http, { metric, granularity, preset }),
    sparklines: (metrics) => readSparklines(http, metrics),
    entityAnalytics: (entity, days) => readEntityTotals(http, entity, days),
    keys: (query) => readKeys(http, query),
    allKeys: (options) => readAllKeys(http, options),
    scanKeys: (take, options) => scanKeys(http, take, options),
    findKey: (id) => searchKey(http, id),
    masterKeys: () => readMasterKeys(http),
    agents: (query) => readAgents(http, query),
    scanAgents: (take, options) => scanAgents(http, take, options),
    allAgents: (options) => readAllAgents(http, options),
    members: (query) => readMembers(http, query),
    allMembers: (options) => readAllMembers(http, options),
    departments: (query) => readDepartments(http, query),
    allDepartments: (options) => readAllDepartments(http, options),
    subscription: () => readSubscription(http),
    budgetPolicy: () => readBudgetPolicy(http),
  };
}
