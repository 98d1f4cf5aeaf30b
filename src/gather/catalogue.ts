import type { CatalogModel, ModelCatalog } from "../api/resources/model-catalog.ts";
import type { Note } from "../finops/basis.ts";

/** The models of a catalogue that match, by provider and name, without those that are switched off. */
export interface CatalogueMatch {
  readonly models: readonly CatalogModel[];
  /** Models that may be called at all, matching or not. */
  readonly available: number;
  /** `null` where only the names of a key's scope are known. */
  readonly switchedOff: number | null;
  readonly providers: readonly string[];
}

/** Upper and lower case are alike; `search` looks at the model's id and at its display name. */
export function matchModels(
  { source, models }: ModelCatalog,
  { search, provider }: { search?: string | undefined; provider?: string | undefined },
): CatalogueMatch {
  const available = models.filter(({ isEnabled }) => isEnabled !== false);
  const providers = new Set(available.flatMap((model) => (model.provider === null ? [] : [model.provider])));
  const isNamed = (model: CatalogModel) => contains(model.model, search) || contains(model.displayName ?? "", search);
  return {
    models: available
      .filter((model) => isNamed(model) && (provider === undefined || contains(model.provider ?? "", provider)))
      .sort(byProviderAndName),
    available: available.length,
    switchedOff: source === "key_scope" ? null : models.length - available.length,
    providers: [...providers].sort(),
  };
}

function contains(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.trim().toLowerCase());
}

function byProviderAndName(a: CatalogModel, b: CatalogModel): number {
  return compare(a.provider ?? "", b.provider ?? "") || compare(a.model, b.model);
}

/** By code units, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a reader must know of a catalogue: that it was closed to this key, that prices are missing, that rows are missing. */
export function catalogueNotes(catalogue: ModelCatalog, shown: readonly CatalogModel[]): Note[] {
  const notes: Note[] = [];
  if (catalogue.source === "key_scope") {
    const refusal = catalogue.refusedWith === null ? "" : ` (HTTP ${catalogue.refusedWith})`;
    const names =
      catalogue.allowedModels === null ? "no restriction of the key is known" : "the names are those its scope allows";
    notes.push({ code: "sub_call_failed", text: `This key cannot read the model catalogue${refusal}; ${names}.` });
  }
  if (shown.some((model) => model.inputUsdPer1mTokens === null && model.outputUsdPer1mTokens === null)) {
    notes.push({
      code: "price_missing",
      text: "Where no price is shown, none per token was reported: it is unknown, not free.",
    });
  }
  const { total, models } = catalogue;
  if (total !== null && total > models.length) {
    notes.push({ code: "truncated_rows", text: `The service has ${total} models but sent ${models.length}.` });
  }
  return notes;
}
