import { hash, unit } from "./hash.ts";
import type { Model } from "./models.ts";
import type { Mix } from "./world.ts";

/** A pool of model mixes for each provider; keys share these objects, which keeps large workspaces small. */
export function buildMixes(seed: number, models: Model[]): Map<string, Mix[]> {
  const pools = new Map<string, Mix[]>();
  for (const provider of new Set(models.map((model) => model.provider))) {
    const usable = models.filter((model) => model.provider === provider && model.prompt !== null);
    if (usable.length === 0) continue;
    const indexes = usable.map((model) => model.index);
    const pool = Array.from({ length: 12 }, (_, round) => randomMix(seed, indexes, round));
    pools.set(provider, [fixedMix(indexes), ...pool]);
  }
  return pools;
}

/** The first two models of a provider, about two to one: what the role keys use. */
function fixedMix(models: number[]): Mix {
  return models.length === 1 ? { models, upTo: [1] } : { models: models.slice(0, 2), upTo: [0.66, 1] };
}

function randomMix(seed: number, models: number[], round: number): Mix {
  const salt = models[0] ?? 0;
  const size = Math.min(models.length, 1 + (hash(seed, 90, salt, round) % 3));
  const first = hash(seed, 91, salt, round) % models.length;
  const chosen = Array.from({ length: size }, (_, i) => models[(first + i) % models.length] ?? salt);
  const parts = chosen.map((_, i) => (1 + unit(hash(seed, 92 + i, salt, round))) / (i + 1));
  const total = parts.reduce((sum, part) => sum + part, 0);
  let running = 0;
  const upTo = parts.map((part) => {
    running += part / total;
    return running;
  });
  upTo[upTo.length - 1] = 1;
  return { models: chosen, upTo };
}
