import type { Live24h, LiveKey, LiveModel } from "../api/resources/live.ts";
import type { Answer } from "../api/spend.ts";
import type { LiveFigures, LiveRow } from "../finops/live-day.ts";
import type { NamedPart } from "./part.ts";

/** The live answer as the analysis takes it; a failed one has no figures. */
export function liveFigures(live: NamedPart<Answer<Live24h>>): LiveFigures {
  if (live.status === "failed") return { summary: null, models: null, keys: null, hasRawCost: false };
  const { summary, topModels, topKeys, hasRawCost } = live.data.value;
  return { summary, models: topModels?.map(asModel) ?? null, keys: topKeys?.map(asKey) ?? null, hasRawCost };
}

function asModel({ model, provider, costUsd, requests }: LiveModel): LiveRow {
  return { id: model, name: model, provider, costUsd, requests };
}

function asKey({ id, label, costUsd, requests }: LiveKey): LiveRow {
  return { id: id ?? label ?? "", name: label ?? id ?? "not named", provider: null, costUsd, requests };
}
