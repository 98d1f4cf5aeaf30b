import { DAY_MS, type DayRange, dayOf, instantText } from "../dataset/days.ts";
import { addTally, emptyTally, type Tally } from "../dataset/sums.ts";
import type { Owner } from "../dataset/world.ts";
import type { Simulation } from "../simulation.ts";
import type { Filter } from "../wire/query.ts";
import { usd } from "./figures.ts";
import { keysOf } from "./series.ts";

export interface Breakdown {
  models: Tally[];
  masters: Tally[];
  /** By owner slot. */
  cents: Float64Array;
  requests: Float64Array;
}

/** A window cut by model, master key and owner; of the whole workspace or of one entity. */
export function breakdownOf(sim: Simulation, range: DayRange, filter: Filter): Breakdown {
  const { models, masters, agents, members } = sim.world;
  const slots = agents.length + members.length + 1;
  const sum: Breakdown = {
    models: models.map(emptyTally),
    masters: masters.map(emptyTally),
    cents: new Float64Array(slots),
    requests: new Float64Array(slots),
  };
  if (filter !== null) {
    addKeys(sim, sum, range, filter);
    return sum;
  }
  for (const { book } of sim.ledger.window(range.from, range.to, sim.at())) {
    book.models.forEach((tally, i) => {
      addTally(sum.models[i] ?? emptyTally(), tally);
    });
    book.masters.forEach((tally, i) => {
      addTally(sum.masters[i] ?? emptyTally(), tally);
    });
    for (let slot = 0; slot < slots; slot += 1) {
      sum.cents[slot] = (sum.cents[slot] ?? 0) + (book.cents[slot] ?? 0);
      sum.requests[slot] = (sum.requests[slot] ?? 0) + (book.requests[slot] ?? 0);
    }
  }
  return sum;
}

function addKeys(sim: Simulation, sum: Breakdown, range: DayRange, filter: NonNullable<Filter>): void {
  for (const key of keysOf(sim, filter)) {
    const tally = sim.ledger.keys([key], range.from, range.to, sim.at(), sum.models);
    const slot = key.owner?.slot ?? sum.cents.length - 1;
    addTally(sum.masters[key.master] ?? emptyTally(), tally);
    sum.cents[slot] = (sum.cents[slot] ?? 0) + tally.cents;
    sum.requests[slot] = (sum.requests[slot] ?? 0) + tally.requests;
  }
}

interface Item {
  id: string;
  name: string;
  cost: number;
  requests: number;
  lastUsed?: string | null;
  provider?: string;
}

export interface Dimension {
  dimension: string;
  items: Item[];
}

/** The dimensions of `costs`: only entities that were used, the dearest first. */
export function costDimensions(sim: Simulation, range: DayRange, sum: Breakdown): Dimension[] {
  const { agents, members, masters, models } = sim.world;
  const dimensions: Dimension[] = [
    { dimension: "agent", items: ownerItems(sim, range, sum, agents) },
    { dimension: "department", items: departmentItems(sim, sum) },
    {
      dimension: "master_key",
      items: masters.map((row, i) => tallyItem(row.id, sim.text(row.label, i), sum.masters[i])),
    },
    {
      dimension: "model",
      items: models.map((row, i) => {
        const name = sim.modelName(row);
        return { ...tallyItem(name, name, sum.models[i]), provider: row.provider };
      }),
    },
  ];
  if (sim.switches.costsMember === "on") {
    dimensions.splice(1, 0, { dimension: "member", items: ownerItems(sim, range, sum, members) });
  }
  for (const { items } of dimensions) items.sort((a, b) => b.cost - a.cost);
  return dimensions.map(({ dimension, items }) => ({ dimension, items: items.filter((item) => item.requests > 0) }));
}

function tallyItem(id: string, name: string, tally: Tally = emptyTally()): Item {
  return { id, name, cost: usd(tally.cents), requests: tally.requests };
}

function ownerItems(sim: Simulation, { from, to }: DayRange, sum: Breakdown, owners: Owner[]): Item[] {
  const end = Math.min(sim.at(), (to + 1) * DAY_MS);
  const items: Item[] = [];
  for (const owner of owners) {
    const requests = sum.requests[owner.slot] ?? 0;
    if (requests === 0) continue;
    const lastUsed = lastUsedOf(sim, owner, end, from);
    const cost = usd(sum.cents[owner.slot] ?? 0);
    items.push({ id: owner.id, name: sim.text(owner.name, owner.index), cost, requests, lastUsed });
  }
  return items;
}

/** Newest use of any key of an owner, up to `end` and not before the day `from`. */
export function lastUsedOf(sim: Simulation, owner: Owner, end: number, from: number): string | null {
  let newest: number | null = null;
  for (const key of sim.ledger.keysOf(owner)) {
    const notBefore = newest === null ? from : Math.max(from, dayOf(newest));
    const last = sim.ledger.spend.lastUsed(key, end, notBefore);
    if (last !== null && (newest === null || last > newest)) newest = last;
  }
  return newest === null ? null : instantText(newest);
}

function departmentItems(sim: Simulation, sum: Breakdown): Item[] {
  const tallies = departmentTallies(sim, sum);
  return sim.world.departments.map((row, i) => tallyItem(row.id, sim.text(row.name, i), tallies[i]));
}

/** Cents and requests by department: its agents and its members. */
export function departmentTallies(sim: Simulation, sum: Breakdown): Tally[] {
  const tallies = sim.world.departments.map(emptyTally);
  for (const owner of [...sim.world.agents, ...sim.world.members]) {
    const tally = tallies[owner.department];
    if (!tally) continue;
    tally.cents += sum.cents[owner.slot] ?? 0;
    tally.requests += sum.requests[owner.slot] ?? 0;
  }
  return tallies;
}
