import { byText } from "./rank.ts";

/** One element of a cut of the spend, in the window looked at (`actualUsd`) and as expected (`expectedUsd`). */
export interface Element {
  readonly id: string;
  readonly actualUsd: number;
  readonly expectedUsd: number;
}

/** One complete cut of the same money: by model, agent, department … */
export interface Dimension {
  readonly name: string;
  readonly elements: readonly Element[];
}

export interface Driver extends Element {
  readonly deltaUsd: number;
  /** part of the whole change, 0.63 = "explains 63 %"; null when changes offset each other */
  readonly explained: number | null;
  readonly surprise: number;
}

/** What one dimension says about the change. */
export interface Explanation {
  readonly dimension: string;
  /** the drivers explain more than two thirds of the change */
  readonly isComplete: boolean;
  /** rises and falls nearly cancel out: `drivers` are the movers, and nothing is said to explain the change */
  readonly isOffsetting: boolean;
  /** largest change in USD first */
  readonly drivers: readonly Driver[];
  /** all elements that are not drivers */
  readonly other: { readonly count: number; readonly deltaUsd: number; readonly explained: number | null };
  /** Σ surprise of the drivers */
  readonly surprise: number;
}

/** Id of the element that stands for money no element of a cut accounts for. */
export const UNATTRIBUTED = "unattributed";

const MIN_PART = 0.1;
const ENOUGH = 0.67;
const MIN_CHANGE_USD = 0.01;
const MAX_MOVERS = 10;

/**
 * Which elements of which dimension explain why spend was `actualUsd` and not `expectedUsd`: explanatory power and
 * surprise of Bhagwan et al., "Adtributor" (NSDI 2014). Best dimension first; empty when the change is under a cent.
 * What a dimension does not account for joins it as the element `unattributed`.
 */
export function explainChange(total: Omit<Element, "id">, dimensions: readonly Dimension[]): Explanation[] {
  if (Math.abs(total.actualUsd - total.expectedUsd) < MIN_CHANGE_USD) return [];
  return dimensions
    .map((dimension) => explain(total, dimension))
    .sort(
      (a, b) =>
        Number(a.isOffsetting) - Number(b.isOffsetting) ||
        Number(b.isComplete) - Number(a.isComplete) ||
        b.surprise - a.surprise ||
        a.drivers.length - b.drivers.length ||
        byText(a.dimension, b.dimension),
    );
}

/**
 * Expected parts of an episode: its expected total, split as the `history` days before it were. No history spend: all 0.
 */
export function expectedParts(
  expectedUsd: number,
  history: readonly { readonly id: string; readonly costUsd: number }[],
): Map<string, number> {
  const sum = history.reduce((acc, part) => acc + part.costUsd, 0);
  const parts = new Map<string, number>();
  for (const { id, costUsd } of history) {
    parts.set(id, (parts.get(id) ?? 0) + (sum > 0 ? (expectedUsd * costUsd) / sum : 0));
  }
  return parts;
}

function explain(total: Omit<Element, "id">, { name, elements }: Dimension): Explanation {
  const change = total.actualUsd - total.expectedUsd;
  const all = withRemainder(total, elements);
  const gross = all.reduce((sum, element) => sum + Math.abs(element.actualUsd - element.expectedUsd), 0);
  const isOffsetting = Math.abs(change) < 0.1 * gross;
  const candidates = all.map((element): Driver => {
    const deltaUsd = element.actualUsd - element.expectedUsd;
    return {
      ...element,
      deltaUsd,
      explained: isOffsetting ? null : deltaUsd / change,
      surprise: surprise(element, total),
    };
  });

  const drivers: Driver[] = [];
  let explained = 0;
  if (isOffsetting) {
    drivers.push(...movers(candidates, 0.005 * Math.max(total.actualUsd, total.expectedUsd)));
  } else {
    for (const candidate of candidates.sort(bySurprise)) {
      if (explained > ENOUGH) break;
      if ((candidate.explained ?? 0) <= MIN_PART) continue;
      drivers.push(candidate);
      explained += candidate.explained ?? 0;
    }
  }
  const deltaOfDrivers = drivers.reduce((sum, driver) => sum + driver.deltaUsd, 0);
  return {
    dimension: name,
    isComplete: explained > ENOUGH,
    isOffsetting,
    drivers: drivers.sort(bySize),
    other: {
      count: all.length - drivers.length,
      deltaUsd: change - deltaOfDrivers,
      explained: isOffsetting ? null : 1 - explained,
    },
    surprise: drivers.reduce((sum, driver) => sum + driver.surprise, 0),
  };
}

function bySize(a: Driver, b: Driver): number {
  return Math.abs(b.deltaUsd) - Math.abs(a.deltaUsd) || byText(a.id, b.id);
}

function movers(candidates: readonly Driver[], floorUsd: number): Driver[] {
  const large = candidates.filter((candidate) => Math.abs(candidate.deltaUsd) >= Math.max(1, floorUsd));
  return large.sort(bySize).slice(0, MAX_MOVERS);
}

function bySurprise(a: Driver, b: Driver): number {
  return b.surprise - a.surprise || bySize(a, b);
}

function withRemainder(total: Omit<Element, "id">, elements: readonly Element[]): Element[] {
  const actualUsd = remainder(
    total.actualUsd,
    elements.map((element) => element.actualUsd),
  );
  const expectedUsd = remainder(
    total.expectedUsd,
    elements.map((element) => element.expectedUsd),
  );
  const listed = elements.filter((element) => element.actualUsd !== 0 || element.expectedUsd !== 0);
  return actualUsd === 0 && expectedUsd === 0 ? listed : [...listed, { id: UNATTRIBUTED, actualUsd, expectedUsd }];
}

/** What the parts leave over; float noise is not a remainder. */
function remainder(sum: number, parts: readonly number[]): number {
  const rest = parts.reduce((left, part) => left - part, sum);
  return Math.abs(rest) < 1e-9 * Math.max(1, Math.abs(sum)) ? 0 : rest;
}

/** Jensen-Shannon divergence of one element's share, cut at 12 digits so that rounding noise never decides a rank. */
function surprise(element: Element, total: Omit<Element, "id">): number {
  const p = shareOf(element.expectedUsd, total.expectedUsd);
  const q = shareOf(element.actualUsd, total.actualUsd);
  const term = (share: number) => (share === 0 ? 0 : share * Math.log((2 * share) / (p + q)));
  return Math.max(0, Math.round(0.5 * (term(p) + term(q)) * 1e12) / 1e12);
}

function shareOf(part: number, whole: number): number {
  return whole > 0 && part > 0 ? part / whole : 0;
}
