/** Versions of the FinOps Open Cost and Usage Specification that can be written. 1.2 is what importers commonly read. */
export const FOCUS_VERSIONS = ["1.2", "1.3"] as const;
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** The mandatory columns that both versions share, in the order of the file. */
const SHARED = [
  "BilledCost",
  "BillingAccountId",
  "BillingAccountName",
  "BillingCurrency",
  "BillingPeriodEnd",
  "BillingPeriodStart",
  "ChargeCategory",
  "ChargeClass",
  "ChargeDescription",
  "ChargePeriodEnd",
  "ChargePeriodStart",
  "ContractedCost",
  "EffectiveCost",
  "InvoiceIssuerName",
  "ListCost",
  "PricingQuantity",
  "PricingUnit",
  "ServiceCategory",
  "ServiceName",
] as const;

/** Who sold and who made the service: 1.3 has a pair of its own and only deprecates the one of 1.2. */
const PROVIDERS = {
  "1.2": ["ProviderName", "PublisherName"],
  "1.3": ["HostProviderName", "ServiceProviderName"],
} as const;

/** Filled where it is known. */
const WHEN_KNOWN = [
  "ChargeFrequency",
  "ConsumedQuantity",
  "ConsumedUnit",
  "ListUnitPrice",
  "PricingCategory",
  "ResourceId",
  "ResourceName",
  "ResourceType",
  "ServiceSubcategory",
  "SkuId",
  "SkuMeter",
  "SubAccountId",
  "SubAccountName",
  "Tags",
] as const;

/** Columns outside the specification. */
const OWN = ["x_ConsumedTokens", "x_ListCostSource", "x_PriceScale", "x_RequestCount"] as const;

export type FocusColumn =
  | (typeof SHARED)[number]
  | (typeof PROVIDERS)[FocusVersion][number]
  | (typeof WHEN_KNOWN)[number]
  | (typeof OWN)[number];

/** The columns that a Cost and Usage file of this version must have. */
export function mandatoryColumns(version: FocusVersion): readonly FocusColumn[] {
  return [...SHARED, ...PROVIDERS[version]];
}

/** All columns of a file, in order; a 1.3 file also carries the pair that 1.2 importers look for. */
export function focusColumns(version: FocusVersion): readonly FocusColumn[] {
  const deprecated = version === "1.3" ? PROVIDERS["1.2"] : [];
  return [...mandatoryColumns(version), ...deprecated, ...WHEN_KNOWN, ...OWN];
}
