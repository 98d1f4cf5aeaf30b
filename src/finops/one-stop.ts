import { at } from "./at.ts";
import type { Episode } from "./episodes.ts";

/**
 * A scope that stopped before a weekend shows two runs of missing days, because nothing was expected in between. Stops with only
 * days without spend between them are one episode: its sums are those of the days that were called.
 *
 * @param episodes of one series in order of time; @param usd the series
 */
export function joinStops(episodes: readonly Episode[], usd: readonly (number | null)[]): Episode[] {
  const joined: Episode[] = [];
  for (const episode of episodes) {
    const last = joined.at(-1);
    if (last?.kind === "stopped" && episode.kind === "stopped" && isSilent(usd, last.end + 1, episode.start - 1))
      joined[joined.length - 1] = join(last, episode);
    else joined.push(episode);
  }
  return joined;
}

function isSilent(usd: readonly (number | null)[], from: number, to: number): boolean {
  for (let i = from; i <= to; i++) if ((at(usd, i) ?? 0) !== 0) return false;
  return true;
}

function join(a: Episode, b: Episode): Episode {
  const expectedUsd = a.expectedUsd + b.expectedUsd;
  const impactUsd = a.impactUsd + b.impactUsd;
  const stronger = Math.abs(b.z ?? 0) > Math.abs(a.z ?? 0) ? b : a;
  const graver = rank(b.severity) > rank(a.severity) ? b : a;
  return {
    ...a,
    end: b.end,
    days: a.days + b.days,
    isOngoing: b.isOngoing,
    actualUsd: a.actualUsd + b.actualUsd,
    expectedUsd,
    rangeUsd: a.rangeUsd &&
      b.rangeUsd && { low: a.rangeUsd.low + b.rangeUsd.low, high: a.rangeUsd.high + b.rangeUsd.high },
    impactUsd,
    impactPct: (100 * impactUsd) / expectedUsd,
    z: stronger.z,
    confidence: stronger.confidence,
    severity: graver.severity,
  };
}

function rank(severity: Episode["severity"]): number {
  return ["low", "medium", "high"].indexOf(severity);
}
