import type { FaultKind, Switches, SwitchName } from "./switches.ts";

/** How large the simulated workspace is. */
export interface Scale {
  departments: number;
  agents: number;
  members: number;
  keys: number;
  masterKeys: number;
  models: number;
  /** Days of history, today included. */
  days: number;
}

export interface SandboxOptions {
  /** Same seed and same UTC day, same data. @default 1 */
  seed?: number;
  /** The sandbox's clock. @default the real clock */
  now?: () => Date;
  /** Loopback port; 0 takes a free one. @default 0 */
  port?: number;
  scale?: Partial<Scale>;
  /** Leave out the planted spend events and the tight workspace budget. @default false */
  quiet?: boolean;
  switches?: Partial<Switches>;
  /** Shorthand for the switch of the same name. @default "normal" */
  labels?: "normal" | "hostile";
  /** Day of the month on which the billing period starts, 1-31. @default 1 */
  billingCycleDay?: number;
}

export type PlantedKind =
  | "spike"
  | "level_shift"
  | "new_entity"
  | "stopped_entity"
  | "price_change"
  | "idle_key"
  | "never_used_key"
  | "risky_key"
  | "budget_run_out";

/** One thing that is true of the data by design, so that a detector can be scored against it. */
export interface PlantedEvent {
  kind: PlantedKind;
  scope: "workspace" | "agent" | "member" | "key" | "model";
  /** Id of the agent, member or key; the model's name for `model`; absent for `workspace`. */
  entityId?: string;
  /** First UTC day on which it holds, `YYYY-MM-DD`. */
  from: string;
  /** Last day; absent while it still holds. */
  to?: string;
  cause?: "volume" | "price" | "new" | "stopped" | "configuration";
  note: string;
}

export interface Fault {
  kind: FaultKind;
  /** Path pattern, `*` matches anything, e.g. `/api/v1/analytics/*`. @default every API path */
  path?: string;
  /** @default every method */
  method?: string;
  /** Only requests whose query holds these values. */
  query?: Record<string, string>;
  /** How often it strikes. @default "always" */
  times?: "once" | "always" | number;
  /** Matching requests that pass unharmed first. @default 0 */
  skip?: number;
  /** Wait of `slow` and `late`, in milliseconds. @default 2000 and 3000 */
  delayMs?: number;
  /** Target of `redirect`. @default the same path with `/moved` in front, on the same origin */
  location?: string;
  /** Status of `redirect`. @default 302 */
  status?: number;
  /** `Retry-After` of 429 and 503, spelled as the switch `retryAfter`. */
  retryAfter?: string;
  /** Error text, where the fault carries one. */
  message?: string;
  /** Service code of `code200`. @default 50001 */
  code?: number;
}

/** One request as the sandbox saw it. */
export interface Hit {
  method: string;
  path: string;
  query: Record<string, string>;
  /** All request headers; the credential is cut to its first characters. */
  headers: Record<string, string>;
  /** Parsed JSON body, the raw text when it is not JSON, null without one. */
  body: unknown;
  /** Status answered; 0 when the connection was dropped without one. */
  status: number;
  at: string;
}

export interface SandboxCredentials {
  workspaceId: string;
  otherWorkspaceId: string;
  pats: {
    read: string;
    write: string;
    admin: string;
    expired: string;
    revoked: string;
    otherWorkspace: string;
  };
  /** `agent` is the key to show in examples: bound to an agent with real spend, over 80 % of its budget. */
  virtualKeys: {
    agent: string;
    member: string;
    unbound: string;
    neverUsed: string;
    revoked: string;
    disabled: string;
    expired: string;
  };
  /** Ids of the keys above, by the same names. */
  keyIds: SandboxCredentials["virtualKeys"];
}

/** Exact sums; every endpoint must agree with them. */
export interface Sums {
  cents: number;
  usd: number;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  tokens: number;
}

/** The ground truth behind the answers, for tests. Dates are UTC days, both ends included. */
export interface DatasetView {
  today(): string;
  /** Billing period that holds today; `to` is its last day. */
  billingPeriod(): { from: string; to: string };
  workspace(from: string, to: string): Sums;
  days(from: string, to: string): Array<Sums & { date: string }>;
  models(from: string, to: string): Array<Sums & { model: string; provider: string }>;
  /** An agent, member or department. */
  entity(id: string, from: string, to: string): Sums;
  key(id: string, from: string, to: string): Sums;
  /** Ids in the order in which they were made; index 0 of `agents` owns the default virtual key. */
  ids(kind: "agents" | "members" | "departments" | "keys" | "masterKeys"): string[];
  /** A key as it is now, whatever was told about it. */
  stateOf(keyId: string): { status: string; budgetUsd: number | null } | null;
  /** The full virtual key of a key id. */
  tokenOf(keyId: string): string | null;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  port: number;
  credentials: SandboxCredentials;
  events: PlantedEvent[];
  dataset: DatasetView;
  setSwitch<K extends SwitchName>(name: K, value: Switches[K]): void;
  /** The same for a name and a value that come from data. @throws RangeError when either is unknown */
  assignSwitch(name: string, value: unknown): void;
  setFault(fault: Fault): void;
  clearFaults(): void;
  /** Requests since the start or the last reset, oldest first; control requests are not counted. */
  hits(): Hit[];
  resetHits(): void;
  /** Back to the state at the start: writes undone, switches, faults and hits cleared. */
  reset(): void;
  close(): Promise<void>;
}
