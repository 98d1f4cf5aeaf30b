import type { Answer, Span, UsageDay } from "./answer.ts";
import type { Health } from "./resources/health.ts";
import type { ModelCatalog } from "./resources/model-catalog.ts";
import type { ModelCost } from "./resources/model-costs.ts";
import type { Overview } from "./resources/overview.ts";
import type { Scope } from "./resources/scope.ts";

export type {
  Answer,
  EntityFilter,
  KeepOptions,
  Listing,
  Page,
  PageProgress,
  Scan,
  Span,
  UsageDay,
} from "./answer.ts";
export type { Health, ModelCatalog, ModelCost };

/** Daily rows, ascending by date, one per date. */
export interface DailyUsage {
  rows: UsageDay[];
  /** The span the rows speak for: a date inside it without a row had no traffic. `null` = unknown. */
  covered: Span | null;
}

/** Proof that the service accepted the credential: any success answer counts, whatever its shape. */
export interface CredentialProof {
  /** The path that was asked with the credential. */
  path: string;
  /** What the answer said, when its shape was known. */
  scope: Answer<Scope> | null;
  overview: Answer<Overview> | null;
}

/** What a virtual key and a workspace token can both answer. */
export interface SpendApi {
  readonly mode: "vk" | "manager";
  /** Asked without a credential. A healthy service says nothing about the credential. */
  health(): Promise<Health>;
  proveCredential(): Promise<CredentialProof>;
  /**
   * Daily rows inside the span; `billing_cycle` lets the service choose the window.
   * With a virtual key the rows are cut out of the windows that the service offers; `covered` tells what was reached.
   */
  dailyUsage(span: Span | "billing_cycle", today: string): Promise<Answer<DailyUsage>>;
  /**
   * Cost per model inside the span, largest first.
   * @throws UnsupportedWindowError with a virtual key, for a span other than today, 7 days or 30 days ending today.
   */
  modelCosts(span: Span | "billing_cycle", today: string): Promise<Answer<ModelCost[]>>;
  listModels(): Promise<Answer<ModelCatalog>>;
}
