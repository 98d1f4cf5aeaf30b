import { addDays, addMonths, type Day } from "./day.ts";
import { costCells, type FocusCharge, tokenCells } from "./focus-charge.ts";
import { decimal, type FocusRow } from "./focus-csv.ts";
import { GATEWAY, type ServiceNames } from "./focus-names.ts";
import { scaleToRecorded } from "./focus-scale.ts";
import { type Micro, sumMicro } from "./money.ts";

/** Who is billed. */
export interface FocusAccount {
  id: string;
  name: string | null;
}

/** What the rows of one or several days amount to. */
export interface FocusTally {
  rows: number;
  /** Σ BilledCost, which is the total of the usage series. */
  billed: Micro;
  unattributed: Micro;
  unattributedDays: number;
  /** Rows of usage whose quantities are not known. */
  withoutQuantity: number;
  /** Models and days whose recorded cost is over 3 % off the list price. */
  drifting: number;
  /** Rows that the source gave without a cost. */
  withoutCost: number;
}

export const NO_ROWS: FocusTally = {
  rows: 0,
  billed: 0,
  unattributed: 0,
  unattributedDays: 0,
  withoutQuantity: 0,
  drifting: 0,
  withoutCost: 0,
};

export type FocusDay =
  | { status: "balanced"; rows: FocusRow[]; tally: FocusTally }
  /** The charges exceed the total: windows differ or rows repeat. */
  | { status: "over_attributed"; by: Micro };

/** Recorded and priced cost may differ by this much before it is worth a word. */
const DRIFT = 0.03;

/**
 * The rows of one day, whose billed costs add up to the total of the usage series in micro-USD; what no charge explains is one
 * row of its own.
 */
export function focusDay(day: Day, charges: readonly FocusCharge[], total: Micro, account: FocusAccount): FocusDay {
  const known = charges.flatMap((charge) => (charge.cost === null ? [] : [{ ...charge, cost: charge.cost }]));
  const settled = settleRounding(known, total);
  const remainder = total - sumMicro(settled.map(({ cost }) => cost));
  if (remainder < 0) return { status: "over_attributed", by: -remainder };
  const frame = frameOf(day, account);
  const groups = settled.filter(isUsed).map((charge) => rowsOf(charge, frame));
  const rows = groups.flatMap((group) => group.rows);
  if (remainder > 0) rows.push(unattributed(remainder, frame));
  return {
    status: "balanced",
    rows,
    tally: {
      rows: rows.length,
      billed: total,
      unattributed: remainder,
      unattributedDays: remainder > 0 ? 1 : 0,
      withoutQuantity: groups.filter(({ isCounted }) => !isCounted).length,
      drifting: groups.filter(({ isDrifting }) => isDrifting).length,
      withoutCost: charges.length - known.length,
    },
  };
}

export function addTallies(a: FocusTally, b: FocusTally): FocusTally {
  return {
    rows: a.rows + b.rows,
    billed: a.billed + b.billed,
    unattributed: a.unattributed + b.unattributed,
    unattributedDays: a.unattributedDays + b.unattributedDays,
    withoutQuantity: a.withoutQuantity + b.withoutQuantity,
    drifting: a.drifting + b.drifting,
    withoutCost: a.withoutCost + b.withoutCost,
  };
}

type Charged = FocusCharge & { cost: Micro };

/**
 * Every amount was rounded to a micro-USD on its own, so a sum may be off by half of one for each; an excess that this explains
 * is taken from the largest charges, one each.
 */
function settleRounding(charges: readonly Charged[], total: Micro): readonly Charged[] {
  const excess = sumMicro(charges.map(({ cost }) => cost)) - total;
  const rounded = charges.filter(({ cost }) => cost > 0).sort((a, b) => b.cost - a.cost);
  if (excess <= 0 || excess > (rounded.length + 1) / 2) return charges;
  const largest = new Set(rounded.slice(0, excess));
  return charges.map((charge) => (largest.has(charge) ? { ...charge, cost: charge.cost - 1 } : charge));
}

function isUsed({ cost, requests, tokens, priced }: Charged): boolean {
  return cost !== 0 || (requests ?? 0) > 0 || (tokens ?? 0) > 0 || (priced ?? []).some((part) => part.tokens > 0);
}

interface Group {
  rows: FocusRow[];
  isCounted: boolean;
  isDrifting: boolean;
}

function rowsOf(charge: Charged, frame: FocusRow): Group {
  const { cost, requests, tokens, subject, description, names, cells } = charge;
  const shared = { ...frame, ...nameCells(names), ...cells };
  if (cost < 0) {
    const credit = { ChargeCategory: "Credit", ChargeFrequency: "One-Time", PricingCategory: null };
    const row = { ...shared, ...credit, ...costCells(cost, null), ChargeDescription: `Credit for ${subject}` };
    return { rows: [row], isCounted: true, isDrifting: false };
  }
  const group = charge.priced && scaleToRecorded(charge.priced, cost);
  if (!group) {
    const row = {
      ...shared,
      ...costCells(cost, null),
      ChargeDescription: description,
      x_ConsumedTokens: tokens === null ? null : decimal(tokens),
      x_RequestCount: requests === null ? null : decimal(requests),
    };
    return { rows: [row], isCounted: false, isDrifting: cost === 0 && (tokens ?? 0) > 0 };
  }
  const rows = group.parts.map((part, i) => ({
    ...shared,
    ...costCells(part.billed, part.list),
    ...tokenCells(part),
    ChargeDescription: `${subject} ${part.meter} tokens`,
    x_PriceScale: decimal(group.scale),
    // A request has tokens of several types: counted once, so that the column can be added up.
    x_RequestCount: requests === null || i > 0 ? null : decimal(requests),
  }));
  return { rows, isCounted: true, isDrifting: Math.abs(group.scale - 1) > DRIFT };
}

function unattributed(cost: Micro, frame: FocusRow): FocusRow {
  return { ...frame, ...nameCells(GATEWAY), ...costCells(cost, null), ChargeDescription: "Unattributed usage" };
}

function nameCells({ seller, publisher, service }: ServiceNames): FocusRow {
  return {
    InvoiceIssuerName: seller,
    ServiceName: service,
    ProviderName: seller,
    PublisherName: publisher,
    HostProviderName: seller,
    ServiceProviderName: seller,
  };
}

/** The columns that all rows of a day share. */
function frameOf(day: Day, account: FocusAccount): FocusRow {
  const month = `${day.slice(0, 8)}01`;
  return {
    BillingAccountId: account.id,
    BillingAccountName: account.name,
    BillingCurrency: "USD",
    BillingPeriodStart: startText(month),
    BillingPeriodEnd: startText(addMonths(month, 1)),
    ChargeCategory: "Usage",
    ChargeFrequency: "Usage-Based",
    ChargePeriodStart: startText(day),
    ChargePeriodEnd: startText(addDays(day, 1)),
    PricingCategory: "Standard",
    ServiceCategory: "AI and Machine Learning",
    ServiceSubcategory: "Generative AI",
  };
}

function startText(day: Day): string {
  return `${day}T00:00:00Z`;
}
