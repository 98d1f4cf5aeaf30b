import { dayText, parseDay } from "./dataset/days.ts";
import { indexOfId } from "./dataset/ids.ts";
import { emptyTally, type Tally, toSums } from "./dataset/sums.ts";
import type { VirtualKey } from "./dataset/world.ts";
import type { Simulation } from "./simulation.ts";
import type { DatasetView, Sums } from "./types.ts";

/** The ground truth for tests: sums made key by key, on another path than the answers. */
export function datasetView(sim: Simulation): DatasetView {
  const { world, ledger } = sim;
  const sum = (keys: VirtualKey[], from: string, to: string, models?: Tally[]): Sums =>
    toSums(ledger.keys(keys, dayNumber(from), dayNumber(to), sim.at(), models));
  return {
    today: () => dayText(sim.today()),
    billingPeriod: () => {
      const { from, to } = sim.billingPeriod();
      return { from: dayText(from), to: dayText(to) };
    },
    workspace: (from, to) => sum(world.keys, from, to),
    days: (from, to) =>
      Array.from({ length: dayNumber(to) - dayNumber(from) + 1 }, (_, i) => {
        const date = dayText(dayNumber(from) + i);
        return { date, ...sum(world.keys, date, date) };
      }),
    models: (from, to) => {
      const tallies = world.models.map(emptyTally);
      sum(world.keys, from, to, tallies);
      return world.models.map(({ name, provider }, i) => ({
        model: name,
        provider,
        ...toSums(tallies[i] ?? emptyTally()),
      }));
    },
    entity: (id, from, to) => sum(keysOfEntity(sim, id), from, to),
    key: (id, from, to) => sum(keyOf(sim, id), from, to),
    ids: (kind) => world[kind === "masterKeys" ? "masters" : kind].map(({ id }) => id),
    stateOf: (keyId) => {
      const key = keyOf(sim, keyId)[0];
      if (key === undefined) return null;
      return { status: key.status, budgetUsd: key.budgetCents === null ? null : key.budgetCents / 100 };
    },
    tokenOf: (keyId) => keyOf(sim, keyId)[0]?.token ?? null,
  };
}

function dayNumber(text: string): number {
  const day = parseDay(text);
  if (day === null) throw new RangeError(`"${text}" is not a day`);
  return day;
}

function keyOf(sim: Simulation, id: string): VirtualKey[] {
  const index = indexOfId(sim.world.seed, "key", id);
  const key = index === null ? undefined : sim.world.keys[index];
  return key ? [key] : [];
}

function keysOfEntity(sim: Simulation, id: string): VirtualKey[] {
  const department = sim.world.departments.find((row) => row.id === id);
  return sim.world.keys.filter(
    ({ owner }) =>
      owner !== null && (owner.id === id || (department !== undefined && owner.department === department.index)),
  );
}
