import type { Answer, Period } from "./answer.ts";
import type { Http } from "./http.ts";
import { type Proof, prove } from "./prove.ts";
import { readHealth } from "./resources/health.ts";
import { type KeyBudgetStatus, readKeyBudget } from "./resources/key-budget.ts";
import { readKeyModelCosts, readKeyUsage } from "./resources/key-usage.ts";
import { readCatalogOrScope } from "./resources/model-catalog.ts";
import { type RecentRequests, readRecentRequests } from "./resources/recent-requests.ts";
import { parseScope, readScope, type Scope, scopePath } from "./resources/scope.ts";
import { readUsageSummary, type UsageSummary } from "./resources/usage-summary.ts";
import type { SpendApi } from "./spend.ts";

/** What a read-only virtual key can ask. Every figure speaks for this key, or for its agent or member: the API does not say which. */
export interface VkApi extends SpendApi {
  readonly mode: "vk";
  scope(): Promise<Answer<Scope>>;
  usageSummary(period: Period): Promise<Answer<UsageSummary>>;
  budgetStatus(period: Period): Promise<Answer<KeyBudgetStatus>>;
  /** `limit` 1-100. The vendor describes this route as a placeholder: empty does not mean that there were no requests. */
  recentRequests(limit: number, offset: number): Promise<Answer<RecentRequests>>;
}

export function createVkApi(http: Http): VkApi {
  return {
    mode: "vk",
    health: () => readHealth(http),
    async proveCredential() {
      const { path, answer: scope }: Proof<Scope> = await prove(http, scopePath, parseScope);
      return { path, scope, overview: null };
    },
    dailyUsage: (span, today) => readKeyUsage(http, span, today),
    modelCosts: (span, today) => readKeyModelCosts(http, span, today),
    listModels: () => readCatalogOrScope(http),
    scope: () => readScope(http),
    usageSummary: (period) => readUsageSummary(http, period),
    budgetStatus: (period) => readKeyBudget(http, period),
    recentRequests: (limit, offset) => readRecentRequests(http, limit, offset),
  };
}
