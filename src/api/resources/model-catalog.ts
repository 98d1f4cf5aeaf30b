import type { Answer } from "../answer.ts";
import { answer } from "../envelope.ts";
import { AuthError, ForbiddenError, NotFoundError } from "../errors.ts";
import type { Http } from "../http.ts";
import { findRows } from "../list.ts";
import { isUuid, path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";
import { readScope } from "./scope.ts";

export interface CatalogModel {
  model: string;
  displayName: string | null;
  provider: string | null;
  isEnabled: boolean | null;
  modalities: string[];
  /** Tokens; null when unknown (the service writes 0 for unknown). */
  contextTokens: number | null;
  maxOutputTokens: number | null;
  /** USD per one million tokens. */
  inputUsdPer1mTokens: number | null;
  outputUsdPer1mTokens: number | null;
  /** Input tokens that a cache holds, or takes in. */
  cacheReadUsdPer1mTokens: number | null;
  cacheWriteUsdPer1mTokens: number | null;
}

export interface ModelCatalog {
  /** `key_scope`: the catalogue cannot be read with this key, so `models` are the names the key is allowed to use. */
  source: "catalogue" | "key_scope";
  models: CatalogModel[];
  /** Only with `key_scope`: null means that no restriction is known. */
  allowedModels: string[] | null;
  /** The HTTP status that closed the catalogue, with `key_scope`. */
  refusedWith: number | null;
  /** Rows the catalogue says it has; null when not reported. */
  total: number | null;
}

export async function readCatalog(http: Http): Promise<Answer<ModelCatalog>> {
  return parseCatalog(await http.get(path`/api/v1/models`));
}

/**
 * The catalogue, or what the key's scope says when the catalogue is shut to this key.
 * @throws AuthError when the scope refuses the key as well: then the key itself is bad
 */
export async function readCatalogOrScope(http: Http): Promise<Answer<ModelCatalog>> {
  try {
    return await readCatalog(http);
  } catch (error) {
    const isShut = error instanceof AuthError || error instanceof ForbiddenError || error instanceof NotFoundError;
    if (!isShut) throw error;
    const scope = await readScope(http);
    const allowedModels = scope.value.key?.allowedModels ?? null;
    const models = (allowedModels ?? []).map(named);
    return {
      ...scope,
      value: { source: "key_scope", models, allowedModels, refusedWith: error.status ?? null, total: null },
    };
  }
}

export function parseCatalog(payload: Payload): Answer<ModelCatalog> {
  const { rows, total, beside } = findRows(payload, ["models"]);
  return answer(
    { source: "catalogue", models: rows.map(readModel), allowedModels: null, refusedWith: null, total },
    beside,
  );
}

function readModel(row: Row): CatalogModel {
  const info = row.row("info");
  const limit = (name: string) => info?.nonNegative(name) || row.nonNegative(name) || null;
  return {
    ...named(modelName(row)),
    displayName: row.text("displayName"),
    provider: row.text("provider", "providerCode") ?? row.row("provider")?.text("code") ?? null,
    isEnabled: row.flag("enabled"),
    modalities: info?.texts("modalities") ?? [],
    contextTokens: limit("maxContextTokens"),
    maxOutputTokens: limit("maxCompletionTokens"),
    inputUsdPer1mTokens: perMillion(info?.number("prompt")),
    outputUsdPer1mTokens: perMillion(info?.number("completion")),
    cacheReadUsdPer1mTokens: perMillion(info?.number("inputCacheRead")),
    cacheWriteUsdPer1mTokens: perMillion(info?.number("inputCacheWrite")),
  };
}

/** An `id` that is a UUID names the row, not the model. */
function modelName(row: Row): string {
  const id = row.text("id");
  const named = row.text("modelId") ?? (id !== null && !isUuid(id) ? id : null);
  return named ?? row.needText("model", "name");
}

/** The service prices a single token; people read prices per million. */
function perMillion(usdPerToken: number | null | undefined): number | null {
  return usdPerToken == null ? null : Math.round(usdPerToken * 1e12) / 1e6;
}

function named(model: string): CatalogModel {
  return {
    model,
    displayName: null,
    provider: null,
    isEnabled: null,
    modalities: [],
    contextTokens: null,
    maxOutputTokens: null,
    inputUsdPer1mTokens: null,
    outputUsdPer1mTokens: null,
    cacheReadUsdPer1mTokens: null,
    cacheWriteUsdPer1mTokens: null,
  };
}
