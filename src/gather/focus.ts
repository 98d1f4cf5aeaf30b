import type { ManagerApi } from "../api/manager.ts";
import type { ModelCost } from "../api/spend.ts";
import type { VkApi } from "../api/vk.ts";
import { type Day, dayOf } from "../finops/day.ts";
import { mergeEntities } from "../finops/entity-cost.ts";
import { entityCharge, type FocusCharge, type FocusEntity, keyCharge, modelCharge } from "../finops/focus-charge.ts";
import type { FocusAccount } from "../finops/focus-day.ts";
import type { FocusCut } from "../finops/focus-notes.ts";
import type { PricedTokens } from "../finops/focus-scale.ts";
import { type Micro, toMicroOrNull } from "../finops/money.ts";
import { normaliseUsage, type SeriesDay } from "../finops/usage.ts";
import type { Candidate } from "../finops/what-if.ts";
import type { Span } from "../finops/window.ts";
import { ToolError } from "../tool/errors.ts";
import { cutOf } from "./breakdown.ts";
import { part, plainPart } from "./part.ts";
import { candidatesOf } from "./what-if.ts";

/** Asks with a deadline of its own, as often as the rate limit demands. */
export type Ask<Api> = <T>(request: (api: Api) => Promise<T>) => Promise<T>;

/** The charges of one day, or why they are not known. */
export type DayCharges =
  | { readonly status: "ok"; readonly charges: readonly FocusCharge[]; readonly isCutShort: boolean }
  | { readonly status: "failed"; readonly reason: string };

/** Everything that an export of one window needs to know; only the charges are read day by day. */
export interface FocusSource {
  readonly cut: FocusCut;
  readonly account: FocusAccount;
  /** The usage series: ascending, one entry a day; a cost that is not known is null. */
  readonly days: readonly SeriesDay[];
  chargesOf(day: SeriesDay): Promise<DayCharges>;
  /** The total of one day, read anew: more may have been spent since the series was read. */
  totalOf(day: Day): Promise<Micro | null>;
}

interface Wanted {
  readonly span: Span;
  readonly now: Date;
}

/** A whole workspace, one request a day and one cut at a time. */
export async function managerSource(
  ask: Ask<ManagerApi>,
  { cut, account, ...wanted }: Wanted & { cut: "model" | FocusEntity; account: FocusAccount },
): Promise<FocusSource> {
  const days = await seriesOf(ask, wanted);
  const readCharges = cut === "model" ? modelReader(ask, wanted) : await entityReader(ask, cut);
  return {
    cut,
    account,
    days,
    chargesOf: async (day) => (isIdle(day) ? NOTHING : readCharges(day.date)),
    totalOf: (day) => totalOf(ask, day, wanted),
  };
}

/** One virtual key: its daily rows are all there is, so each day is one charge. */
export async function keySource(
  ask: Ask<VkApi>,
  { isSimulated, ...wanted }: Wanted & { isSimulated: boolean },
): Promise<FocusSource> {
  const [scope, days] = await Promise.all([ask((api) => api.scope()), seriesOf(ask, wanted)]);
  const { workspaceId, workspaceName, key, entity } = scope.value;
  if (workspaceId === null) {
    const text = "The service does not tell the workspace of this key, and a charge must name who is billed.";
    throw new ToolError("BAD_DATA", text, scope.degraded ? "It answered in degraded mode: try again later." : null);
  }
  const identity = {
    id: key?.id ?? null,
    label: key?.label ?? null,
    owner: entity,
    department: { id: entity?.departmentId ?? null, name: entity?.departmentName ?? null },
  };
  const chargesOf = async ({ costMicro: cost, requests, tokens }: SeriesDay): Promise<DayCharges> => {
    return { status: "ok", charges: [keyCharge(identity, { cost, requests, tokens })], isCutShort: false };
  };
  const account = { id: workspaceId, name: isSimulated ? SIMULATED : workspaceName };
  return { cut: "key", account, days, chargesOf, totalOf: (day) => totalOf(ask, day, wanted) };
}

/** So that nobody takes a file of the sandbox for a bill. */
export const SIMULATED = "Sandbox (simulated)";

const NOTHING: DayCharges = { status: "ok", charges: [], isCutShort: false };

/** A day without money, requests and tokens has no charges to ask for. */
function isIdle({ costMicro, requests, tokens }: SeriesDay): boolean {
  return costMicro === 0 && requests === 0 && (tokens ?? 0) === 0;
}

async function seriesOf<Api extends ManagerApi | VkApi>(ask: Ask<Api>, { span, now }: Wanted): Promise<SeriesDay[]> {
  const today = dayOf(now);
  const { value, degraded } = await ask((api) => api.dailyUsage(span, today));
  return normaliseUsage(value.rows, { span, now, degraded, covered: value.covered }).days;
}

async function totalOf<Api extends ManagerApi | VkApi>(
  ask: Ask<Api>,
  day: Day,
  { now }: Wanted,
): Promise<Micro | null> {
  const [read] = await seriesOf(ask, { span: { from: day, to: day }, now });
  return read?.costMicro ?? null;
}

type ReadCharges = (day: Day) => Promise<DayCharges>;

function modelReader(ask: Ask<ManagerApi>, { now }: Wanted): ReadCharges {
  const today = dayOf(now);
  // Prices are read once, and only if there are tokens to price.
  let prices: Promise<readonly Candidate[]> | undefined;
  const readPrices = async (): Promise<readonly Candidate[]> => {
    const catalogue = await part(
      "The model catalogue",
      ask((api) => api.listModels()),
    );
    return catalogue.status === "ok" ? candidatesOf(catalogue.data.value) : [];
  };
  return async (day) => {
    const models = await part(
      "The cost by model",
      ask((api) => api.modelCosts({ from: day, to: day }, today)),
    );
    if (models.status === "failed") return failed(models.reason);
    if (models.degraded) return DEGRADED;
    const rows = withoutRepeats(models.data.value);
    if (rows.some(isSplit)) prices ??= readPrices();
    const catalogue = prices === undefined ? [] : await prices;
    return { status: "ok", charges: rows.map((row) => chargeOf(row, catalogue)), isCutShort: false };
  };
}

/** Rows that are equal in everything are one row told twice. */
function withoutRepeats(rows: readonly ModelCost[]): ModelCost[] {
  return [...new Map(rows.map((row) => [JSON.stringify(Object.values(row)), row])).values()];
}

function isSplit({ inputTokens, outputTokens }: ModelCost): boolean {
  return inputTokens !== null && outputTokens !== null;
}

function chargeOf(row: ModelCost, catalogue: readonly Candidate[]): FocusCharge {
  const { provider, model, costUsd, requests, tokens, inputTokens, outputTokens } = row;
  const known = catalogue.find((entry) => entry.provider === provider && entry.model === model)?.price;
  const priced: PricedTokens[] | null =
    known === undefined || inputTokens === null || outputTokens === null
      ? null
      : [
          { meter: "input", tokens: inputTokens, unitPrice: known.input },
          { meter: "output", tokens: outputTokens, unitPrice: known.output },
        ];
  return modelCharge({ provider, model, cost: toMicroOrNull(costUsd), requests, tokens }, priced);
}

async function entityReader(ask: Ask<ManagerApi>, cut: FocusEntity): Promise<ReadCharges> {
  const providers = cut === "master_key" ? await providersOf(ask) : new Map<string, string | null>();
  return async (day) => {
    const breakdown = await part(
      "The cost breakdown",
      ask((api) => api.costs({ from: day, to: day })),
    );
    const list = cutOf(breakdown, cut);
    if (list.status === "failed") {
      const isMissing = breakdown.status === "ok";
      return failed(isMissing ? `the service sends no cut by ${cut}` : list.reason);
    }
    if (list.degraded) return DEGRADED;
    const charges = mergeEntities(list.data.rows).rows.map(({ id, name, costMicro, requests }) => {
      const usage = { cost: costMicro, requests, tokens: null };
      return entityCharge(cut, { id, name, provider: providers.get(id) ?? null, ...usage });
    });
    return { status: "ok", charges, isCutShort: !list.data.complete };
  };
}

/** A master key is an account with one provider; without this list the gateway stands for it. */
async function providersOf(ask: Ask<ManagerApi>): Promise<ReadonlyMap<string, string | null>> {
  const keys = await plainPart(
    "The master keys",
    ask((api) => api.masterKeys()),
  );
  if (keys.status === "failed") return new Map();
  return new Map(keys.data.rows.map(({ id, provider }) => [id, provider]));
}

const DEGRADED: DayCharges = { status: "failed", reason: "the service answered in degraded mode" };

function failed(reason: string): DayCharges {
  return { status: "failed", reason: reason.replaceAll("_", " ") };
}
