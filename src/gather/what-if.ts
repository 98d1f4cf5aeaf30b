import * as z from "zod";
import type { CatalogModel, ModelCatalog } from "../api/resources/model-catalog.ts";
import type { ModelCost, SpendApi } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import {
  type Alternative,
  type Candidate,
  cheaperAlternatives,
  entryOf,
  type ModelInUse,
  priceDriftPct,
} from "../finops/what-if.ts";
import { notesOnFailures, part } from "./part.ts";
import { shortName } from "./short-name.ts";

/** What the largest models would cost elsewhere; a range, price only. */
export const whatIf = z.array(
  z.strictObject({
    model: z.string(),
    instead: z.string(),
    instead_provider: z.string().nullable(),
    same_usd: z.number(),
    low_usd: z.number(),
    high_usd: z.number(),
    saving_usd: z.number(),
    saving_low_usd: z.number(),
    saving_high_usd: z.number(),
    break_even_output_factor: z.number().nullable(),
  }),
);

/** Only the models that take most of the money are worth a second look, and a few alternatives are enough. */
const MODELS = 3;
const ALTERNATIVES = 2;

const ASSUMED: Note = {
  code: "price_missing",
  text:
    "what_if is price only, quality not tested: same requests, tokens counted up to 10% and answers up to 20% longer or " +
    "shorter, all input at the input price because cached tokens are not told apart.",
};

const missing = (text: string): Note => ({ code: "price_missing", text });

const NO_SPLIT = missing("No what-if on cheaper models: the service does not tell input and output tokens apart.");
const NONE_CHEAPER = missing(
  "No what-if: no model of the same kind with a known price is cheaper over its whole range.",
);

export interface WhatIfAnswer {
  readonly rows: readonly Alternative[];
  readonly notes: readonly Note[];
}

/** Reprices the largest models; the catalogue is read only when the tokens are told by type. */
export async function gatherWhatIf(api: SpendApi, models: readonly ModelCost[]): Promise<WhatIfAnswer> {
  const largest = [...models].sort((a, b) => (b.costUsd ?? 0) - (a.costUsd ?? 0)).slice(0, MODELS);
  const inUse = largest.flatMap(usable);
  if (inUse.length === 0) return { rows: [], notes: models.length > 0 ? [NO_SPLIT] : [] };
  const catalogue = await part("The model catalogue", api.listModels());
  if (catalogue.status === "failed") return { rows: [], notes: notesOnFailures([catalogue]) };
  const candidates = candidatesOf(catalogue.data.value);
  const rows = inUse.flatMap((model) => cheaperAlternatives(model, candidates, ALTERNATIVES));
  const unlisted = inUse.filter((model) => entryOf(model, candidates) === null);
  const notes = [
    ...(rows.length > 0 ? [ASSUMED] : unlisted.length < inUse.length ? [NONE_CHEAPER] : []),
    ...(unlisted.length > 0 ? [missing(`No what-if on ${names(unlisted)}: list price or kind is not known.`)] : []),
    ...inUse.flatMap((model) => driftNotes(model, candidates)),
  ];
  return { rows, notes };
}

const names = (models: readonly ModelInUse[]): string =>
  models.map(({ model }) => JSON.stringify(shortName(model))).join(", ");

/** Savings are told against the recorded cost; a reader who checks them by list price must know that the two differ. */
function driftNotes(model: ModelInUse, candidates: readonly Candidate[]): Note[] {
  const entry = entryOf(model, candidates);
  const pct = entry && priceDriftPct(model, entry.price);
  if (pct === null) return [];
  const side = pct > 0 ? "above" : "below";
  const text = `${names([model])} was billed ${Math.abs(pct)}% ${side} its tokens at list price; savings are against what was billed.`;
  return [missing(text)];
}

function usable({ provider, model, costUsd, inputTokens, outputTokens }: ModelCost): ModelInUse[] {
  if (costUsd === null || costUsd <= 0 || inputTokens === null || outputTokens === null) return [];
  return [
    { provider, model, costUsd, tokens: { input: inputTokens, cacheRead: 0, cacheWrite: 0, output: outputTokens } },
  ];
}

/** The models that may be called and have a list price for input and output. */
export function candidatesOf({ models }: ModelCatalog): Candidate[] {
  return models.flatMap((entry) => (entry.isEnabled === false ? [] : asCandidate(entry)));
}

function asCandidate({
  provider,
  model,
  modalities,
  contextTokens,
  inputUsdPer1mTokens: input,
  outputUsdPer1mTokens: output,
  cacheReadUsdPer1mTokens: cacheRead,
  cacheWriteUsdPer1mTokens: cacheWrite,
}: CatalogModel): Candidate[] {
  if (input === null || output === null) return [];
  const price = { input, output, cacheRead, cacheWrite };
  return [{ provider, model, kind: [...modalities].sort().join("+"), price, contextTokens }];
}
