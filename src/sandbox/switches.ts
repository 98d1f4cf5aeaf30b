/** Every switch with a closed list of values; the first value is the default. */
export const SWITCH_CHOICES = {
  cockpitEnvelope: ["plain", "data", "full"],
  saasEnvelope: ["full", "data", "plain"],
  listContainer: ["data.data", "data.items", "data.plural", "data", "plural", "items", "root", "null", "unknown"],
  totalPlace: ["total", "meta", "pagination", "none"],
  periodKeys: ["dateFrom", "from", "startDate", "start", "string", "none"],
  zeroDays: ["present", "omit"],
  numbers: ["native", "strings"],
  successRate: ["percent", "fraction"],
  totalTokens: ["object", "int"],
  cockpitCovers: ["key", "entity"],
  degraded: ["off", "on"],
  recentRequests: ["placeholder", "rows"],
  entityAnalytics: ["real", "zeros", "unknown"],
  costsShape: ["breakdown", "flat"],
  costsMember: ["off", "on"],
  modelsShape: ["models", "items", "data"],
  modelsTokens: ["sum", "split"],
  overviewShape: ["kpi", "counts", "snake"],
  live24hShape: ["top", "atomic"],
  timeseriesShape: ["points", "series", "raw"],
  modelsVk: ["ok", "403"],
  modelsInfo: ["on", "off", "cached"],
  workspaceHeader: ["missing-400", "missing-403", "optional"],
  vkActionWords: ["both", "hyphen", "underscore"],
  vkSecretField: ["token", "key", "virtualKey", "virtual_key", "secret", "plaintext", "value", "nested", "missing"],
  vkEntity: ["optional", "required"],
  vkLimitStatus: ["403", "402", "409"],
  createStatus: ["201", "200"],
  revokeAnswer: ["200", "204"],
  revokeTwice: ["200", "409"],
  budgetControlShape: ["data.config", "config", "data", "missing", "eur"],
  budgetConflict: ["off", "once", "always"],
  errorBody: ["full", "string", "object", "html"],
  pages: ["normal", "endless", "repeat"],
  labels: ["normal", "hostile"],
} as const;

/** What a fault can do to one request; `none` is the default of the `fault` switch. */
export const FAULT_KINDS = [
  "400",
  "401",
  "402",
  "403",
  "404",
  "409",
  "422",
  "429",
  "500",
  "502",
  "503",
  "504",
  "code200",
  "html200",
  "empty",
  "slow",
  "reset",
  "reset-before",
  "reset-after",
  "late",
  "redirect",
  "truncated",
  "cut-json",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

type Choices = { -readonly [K in keyof typeof SWITCH_CHOICES]: (typeof SWITCH_CHOICES)[K][number] };

export interface Switches extends Choices {
  /** Largest `pageSize` a list honours; a larger wish is clamped silently. @default 200 */
  maxPageSize: number;
  /** Calls per minute and credential, or `off`. @default "off" */
  rateLimit: "off" | number;
  /** `Retry-After` of 429 and 503 answers: any text as is, `none`, `auto`, or `date:<seconds>` for an HTTP date. @default "auto" */
  retryAfter: string;
  /** Seconds by which the sandbox's own clock (and its `Date` header) runs ahead. @default 0 */
  clockSkew: number;
  /** Extra time before every API answer, in milliseconds. @default 0 */
  latencyMs: number;
  /** How many active keys the plan allows; `auto` leaves room for 25 more. @default "auto" */
  vkLimit: "auto" | number;
  /** A fault on every API request; `setFault` is the finer tool. @default "none" */
  fault: "none" | FaultKind;
}

export type SwitchName = keyof Switches;

const NUMBER_SWITCHES = {
  maxPageSize: { min: 1, word: null },
  rateLimit: { min: 1, word: "off" },
  clockSkew: { min: -Infinity, word: null },
  latencyMs: { min: 0, word: null },
  vkLimit: { min: 0, word: "auto" },
} as const;

/** A fresh set of switches, all at their defaults. */
export function defaultSwitches(): Switches {
  return {
    cockpitEnvelope: "plain",
    saasEnvelope: "full",
    listContainer: "data.data",
    totalPlace: "total",
    periodKeys: "dateFrom",
    zeroDays: "present",
    numbers: "native",
    successRate: "percent",
    totalTokens: "object",
    cockpitCovers: "key",
    degraded: "off",
    recentRequests: "placeholder",
    entityAnalytics: "real",
    costsShape: "breakdown",
    costsMember: "off",
    modelsShape: "models",
    modelsTokens: "sum",
    overviewShape: "kpi",
    live24hShape: "top",
    timeseriesShape: "points",
    modelsVk: "ok",
    modelsInfo: "on",
    workspaceHeader: "missing-400",
    vkActionWords: "both",
    vkSecretField: "token",
    vkEntity: "optional",
    vkLimitStatus: "403",
    createStatus: "201",
    revokeAnswer: "200",
    revokeTwice: "200",
    budgetControlShape: "data.config",
    budgetConflict: "off",
    errorBody: "full",
    pages: "normal",
    labels: "normal",
    maxPageSize: 200,
    rateLimit: "off",
    retryAfter: "auto",
    clockSkew: 0,
    latencyMs: 0,
    vkLimit: "auto",
    fault: "none",
  };
}

function has<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name);
}

/**
 * Checks one value as it may arrive from a command line or over HTTP, where numbers can be text.
 * @returns the value to store.
 * @throws RangeError when the name or the value is unknown.
 */
export function readSwitchValue(name: string, value: unknown): string | number {
  if (has(SWITCH_CHOICES, name)) return oneOf(name, SWITCH_CHOICES[name], value);
  if (name === "fault") return oneOf(name, ["none", ...FAULT_KINDS], value);
  if (name === "retryAfter") return String(value);
  if (!has(NUMBER_SWITCHES, name)) throw new RangeError(`unknown switch "${name}"`);
  const { min, word } = NUMBER_SWITCHES[name];
  if (word !== null && value === word) return word;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < min) {
    throw new RangeError(`switch "${name}" does not take ${JSON.stringify(value)}`);
  }
  return number;
}

function oneOf(name: string, choices: readonly string[], value: unknown): string {
  const text = String(value);
  if (choices.includes(text)) return text;
  throw new RangeError(`switch "${name}" takes ${choices.join(", ")}, not ${JSON.stringify(value)}`);
}

/** Sets one switch in place. @throws RangeError when the name or the value is unknown. */
export function assignSwitch(switches: Switches, name: string, value: unknown): void {
  Object.assign(switches, { [name]: readSwitchValue(name, value) });
}
