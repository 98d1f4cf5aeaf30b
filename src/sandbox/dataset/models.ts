import { idOf } from "./ids.ts";

export interface Model {
  index: number;
  id: string;
  name: string;
  displayName: string;
  provider: string;
  contextTokens: number;
  /** 0 = unknown. */
  outputTokens: number;
  /** USD per token; null when the catalogue lists no price. */
  prompt: number | null;
  completion: number | null;
  /** USD per input token that a cache holds; null when the catalogue lists none. */
  cacheRead: number | null;
  enabled: boolean;
}

type Row = readonly [
  name: string,
  display: string,
  provider: string,
  context: number,
  output: number,
  inPrice: number,
  outPrice: number,
  cachePrice: number | null,
];

/** Prices in USD per million tokens. */
const CATALOGUE: readonly Row[] = [
  ["gpt-4o", "GPT-4o", "openai", 128_000, 16_384, 2.5, 10, 1.25],
  ["gpt-4.1", "GPT-4.1", "openai", 1_000_000, 32_768, 2, 8, 0.5],
  ["gpt-4.1-mini", "GPT-4.1 mini", "openai", 1_000_000, 32_768, 0.4, 1.6, 0.1],
  ["claude-sonnet-4-6", "Claude Sonnet 4.6", "anthropic", 1_000_000, 0, 3, 15, 0.3],
  ["claude-haiku-4-5", "Claude Haiku 4.5", "anthropic", 200_000, 64_000, 1, 5, 0.1],
  ["gemini-2.5-pro", "Gemini 2.5 Pro", "google", 1_048_576, 65_536, 1.25, 10, 0.125],
  ["gemini-2.5-flash", "Gemini 2.5 Flash", "google", 1_048_576, 65_536, 0.3, 2.5, 0.03],
  ["mistral-large-latest", "Mistral Large", "mistral", 128_000, 0, 2, 6, null],
  ["o4-mini", "o4-mini", "openai", 200_000, 100_000, 1.1, 4.4, 0.275],
  ["claude-opus-4-5", "Claude Opus 4.5", "anthropic", 200_000, 64_000, 5, 25, 0.5],
  ["mistral-small-latest", "Mistral Small", "mistral", 128_000, 0, 0.1, 0.3, null],
];

/** Models with a price come first; the last one of a catalogue of 12 or more is switched off, unpriced and unused. */
export function buildModels(seed: number, count: number): Model[] {
  return Array.from({ length: count }, (_, index) => {
    const row = CATALOGUE[index];
    const id = idOf(seed, "model", index);
    if (!row) return extraModel(id, index);
    const [name, displayName, provider, contextTokens, outputTokens, inPrice, outPrice, cachePrice] = row;
    const cacheRead = cachePrice === null ? null : perToken(cachePrice);
    const prices = { prompt: perToken(inPrice), completion: perToken(outPrice), cacheRead };
    return { index, id, name, displayName, provider, contextTokens, outputTokens, ...prices, enabled: true };
  });
}

function extraModel(id: string, index: number): Model {
  const provider = ["openai", "anthropic", "google", "mistral"][index % 4] ?? "openai";
  const name = index === CATALOGUE.length ? "gpt-image-preview" : `${provider}-preview-${index + 1}`;
  const base = {
    index,
    id,
    name,
    displayName: name,
    contextTokens: 0,
    outputTokens: 0,
    prompt: null,
    completion: null,
    cacheRead: null,
  };
  return { ...base, provider: index === CATALOGUE.length ? "openai" : provider, enabled: index !== CATALOGUE.length };
}

function perToken(perMillion: number): number {
  return Number((perMillion / 1_000_000).toPrecision(12));
}
