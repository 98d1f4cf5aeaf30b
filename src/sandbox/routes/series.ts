import { type DayRange, dayText } from "../dataset/days.ts";
import { emptyTally, type Tally } from "../dataset/sums.ts";
import type { Owner, VirtualKey } from "../dataset/world.ts";
import type { Simulation } from "../simulation.ts";
import type { Filter } from "../wire/query.ts";
import { usd } from "./figures.ts";

export interface SeriesRow {
  date: string;
  requests: number;
  cost: number;
  tokens: number;
}

/** One row a day of the window, of the workspace or of one entity; days that have not begun have none. */
export function dailySeries(sim: Simulation, range: DayRange, filter: Filter): SeriesRow[] {
  const keys = filter === null ? null : keysOf(sim, filter);
  const rows: SeriesRow[] = [];
  const last = Math.min(range.to, sim.today());
  for (let day = range.from; day <= last; day += 1) {
    const tally = keys === null ? workspaceDay(sim, day) : sim.ledger.keys(keys, day, day, sim.at());
    if (tally.requests === 0 && sim.switches.zeroDays === "omit") continue;
    const { requests, cents, input, output } = tally;
    rows.push({ date: dayText(day), requests, cost: usd(cents), tokens: input + output });
  }
  return rows;
}

/** The keys behind an entity filter. */
export function keysOf(sim: Simulation, filter: NonNullable<Filter>): VirtualKey[] {
  if ("owner" in filter) return sim.ledger.keysOf(filter.owner);
  return ownersIn(sim, filter.department.index).flatMap((owner) => sim.ledger.keysOf(owner));
}

function ownersIn(sim: Simulation, department: number): Owner[] {
  const owners: Owner[] = [...sim.world.agents, ...sim.world.members];
  return owners.filter((owner) => owner.department === department);
}

export function workspaceDay(sim: Simulation, day: number): Tally {
  const outside = day < sim.world.start || day > sim.today();
  return outside ? emptyTally() : sim.ledger.day(day, sim.at()).total;
}
