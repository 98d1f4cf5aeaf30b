import { type Decimal, decimal, type FocusRow, millionths } from "./focus-csv.ts";
import { GATEWAY, namesOf, type ServiceNames } from "./focus-names.ts";
import type { PricedTokens } from "./focus-scale.ts";
import type { Micro } from "./money.ts";

/** What one row of a cut of one day was charged for. */
export interface FocusCharge {
  /** `null` when the source does not tell it; its money then stands in the unattributed row. */
  cost: Micro | null;
  requests: number | null;
  /** All tokens, when they are known by their sum only. */
  tokens: number | null;
  /** Tokens by type with their list prices; `null` when either is not known. */
  priced: readonly PricedTokens[] | null;
  /** What was used, in front of a token type: `gpt-4o`. */
  subject: string;
  /** The same for a charge that is not divided: `gpt-4o tokens`, `LLM requests via key ci`. */
  description: string;
  names: ServiceNames;
  /** The columns that tell this charge from the others of its day. */
  cells: FocusRow;
}

type Usage = Pick<FocusCharge, "cost" | "requests" | "tokens">;

/** @param priced tokens by type, where they and their prices are known */
export function modelCharge(
  use: Usage & { provider: string | null; model: string },
  priced: readonly PricedTokens[] | null,
): FocusCharge {
  const { provider, model, ...usage } = use;
  const description = `${model} tokens`;
  return { ...usage, priced, subject: model, description, names: namesOf(provider, model), cells: { SkuId: model } };
}

export type FocusEntity = "agent" | "department" | "master_key";

/** @param provider known for a master key only, whose account is one provider's */
export function entityCharge(
  kind: FocusEntity,
  { id, name, provider, ...usage }: Usage & { id: string; name: string | null; provider: string | null },
): FocusCharge {
  const label = name ?? id;
  const charge = (what: string, cells: FocusRow): FocusCharge => {
    const description = `LLM requests ${what} ${label}`;
    return { ...usage, priced: null, subject: description, description, names: namesOf(provider, null), cells };
  };
  switch (kind) {
    case "agent":
      return charge("of agent", { Tags: JSON.stringify({ agent: label, agent_id: id }) });
    case "department":
      return charge("of department", {
        SubAccountId: id,
        SubAccountName: name,
        Tags: JSON.stringify({ department: label }),
      });
    case "master_key":
      return charge("via master key", { ResourceId: id, ResourceName: name, ResourceType: "Master Key" });
  }
}

/** What a virtual key is, and to whom it belongs. */
export interface KeyIdentity {
  id: string | null;
  label: string | null;
  owner: { type: string | null; name: string | null } | null;
  department: { id: string | null; name: string | null };
}

export function keyCharge(key: KeyIdentity, usage: Usage): FocusCharge {
  const { owner, department } = key;
  const tags = {
    ...(owner?.type && owner.name ? { [owner.type]: owner.name } : {}),
    ...(department.name === null ? {} : { department: department.name }),
    ...(key.label === null ? {} : { key: key.label }),
  };
  const label = key.label ?? key.id;
  const description = label === null ? "LLM requests" : `LLM requests via key ${label}`;
  const resource = { ResourceId: key.id, ResourceName: key.label, ResourceType: "Virtual Key" };
  // A name without its id is not allowed; the tags still tell it.
  const cells: FocusRow = {
    ...(key.id === null ? {} : resource),
    ...(department.id === null ? {} : { SubAccountId: department.id, SubAccountName: department.name }),
    Tags: Object.keys(tags).length === 0 ? null : JSON.stringify(tags),
  };
  return { ...usage, priced: null, subject: description, description, names: GATEWAY, cells };
}

/** Columns that follow from the amount: without a negotiated price and without prepaid credits the three costs are one. */
export function costCells(billed: Micro, list: Micro | null): FocusRow {
  const cost = millionths(billed);
  return {
    BilledCost: cost,
    ContractedCost: cost,
    EffectiveCost: cost,
    ListCost: list === null ? cost : millionths(list),
    x_ListCostSource: list === null ? "billed" : "list",
  };
}

/** Columns of tokens that are priced per million. */
export function tokenCells({ meter, tokens, unitPrice }: PricedTokens): FocusRow {
  return {
    ConsumedQuantity: decimal(tokens),
    ConsumedUnit: "Tokens",
    ListUnitPrice: decimal(unitPrice),
    PricingQuantity: pricingQuantity(tokens),
    PricingUnit: "1000000 Tokens",
    SkuMeter: meter.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()).concat(" Tokens"),
    x_ConsumedTokens: decimal(tokens),
  };
}

/** Pricing units of 1,000,000 tokens: 800,000 tokens are 0.8. */
export function pricingQuantity(tokens: number): Decimal {
  return decimal(tokens / 1_000_000);
}
