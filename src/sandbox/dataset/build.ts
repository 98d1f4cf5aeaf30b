import type { PlantedEvent, Scale } from "../types.ts";
import { billingPeriodOf, DAY_MS, weekday } from "./days.ts";
import { buildDirectory } from "./directory.ts";
import { plantedEvents } from "./events.ts";
import { idOf } from "./ids.ts";
import { buildKeys, usualMonday } from "./keys.ts";
import { buildMixes } from "./mixes.ts";
import { buildModels } from "./models.ts";
import { type Role, roles, SMALLEST } from "./roles.ts";
import { SpendSource } from "./spend.ts";
import type { Mix, Owner, PriceChange, Twist, VirtualKey, World } from "./world.ts";

export const DEFAULT_SCALE: Scale = {
  departments: 6,
  agents: 40,
  members: 60,
  keys: 120,
  masterKeys: 4,
  models: 12,
  days: 400,
};

export interface WorldOptions {
  seed: number;
  scale: Scale;
  /** Instant at which the sandbox starts. */
  at: number;
  quiet: boolean;
  billingCycleDay: number;
}

/** @throws RangeError when the scale is too small for the planted roles. */
export function buildWorld({ seed, scale, at, quiet, billingCycleDay }: WorldOptions): World {
  checkScale(scale);
  const anchor = Math.floor(at / DAY_MS);
  const start = anchor - scale.days + 1;
  const models = buildModels(seed, scale.models);
  const directory = buildDirectory(seed, scale, anchor, models, quiet ? -1 : 3);
  const cast = roles(quiet);
  const twistOf = (role: Role, mix: Mix) => twist(role, mix, anchor, usualMonday(scale));
  const mixes = buildMixes(seed, models);
  const keys = buildKeys({ seed, scale, anchor, start, directory, mixes, roles: cast, twistOf });
  const workspaceId = idOf(seed, "workspace", 0);
  const otherWorkspaceId = idOf(seed, "workspace", 1);
  const priceChange = quiet ? null : changedPrice(models, anchor);
  const keysOfOwner = ownerIndex(keys, scale.keys);
  const events: PlantedEvent[] = [];
  const clump = scale.keys <= 1_000 ? 20 : 80;
  const { departments, agents, members, masters } = directory;
  const world: World = {
    ...{
      seed,
      scale,
      anchor,
      start,
      clump,
      workspaceId,
      otherWorkspaceId,
      models,
      masters,
      departments,
      agents,
      members,
    },
    ...{ keys, keysOfOwner, priceChange, events },
  };
  setSpentBudgets(world, cast, at, billingCycleDay);
  limitModels(world);
  for (const key of keys.toReversed()) {
    const agent = key.owner?.type === "agent" ? agents[key.owner.index] : undefined;
    if (agent) agent.model = key.mix.models[0] ?? agent.model;
  }
  events.push(...plantedEvents(world, cast, quiet));
  return world;
}

function checkScale(scale: Scale): void {
  for (const [name, least] of Object.entries(SMALLEST)) {
    const value = new Map<string, number>(Object.entries(scale)).get(name) ?? Number.NaN;
    if (!Number.isInteger(value) || value < least)
      throw new RangeError(`scale.${name} must be a whole number of at least ${least}`);
  }
}

/** The spike falls on a weekday among the last seven complete days, so that it stands out from a full day. */
function twist(role: Role, mix: Mix, anchor: number, usual: number): Twist | null {
  if (role.twist === "shift") return { kind: "shift", day: anchor - 21, factor: 3.2 };
  if (role.twist !== "spike") return null;
  const day = [3, 4, 5, 2].map((ago) => anchor - ago).find((candidate) => weekday(candidate) % 6 !== 0) ?? anchor - 3;
  return { kind: "spike", day, model: mix.models[0] ?? 0, cents: Math.round(1.15 * usual) };
}

function changedPrice(models: World["models"], anchor: number): PriceChange | null {
  const priced = models.filter((model) => model.prompt !== null);
  const model = priced.find((candidate) => candidate.name === "gemini-2.5-pro") ?? priced.at(-1);
  return model ? { model: model.index, day: anchor - 40, before: 0.7 } : null;
}

/** Keys made later never spend, so the first look is enough for all sums. */
function ownerIndex(keys: VirtualKey[], count: number): (owner: Owner) => VirtualKey[] {
  let bySlot: VirtualKey[][] | null = null;
  return (owner) => {
    if (bySlot === null) {
      bySlot = [];
      for (const key of keys.slice(0, count)) {
        if (!key.owner) continue;
        const known = bySlot[key.owner.slot];
        if (known) known.push(key);
        else bySlot[key.owner.slot] = [key];
      }
    }
    return bySlot[owner.slot] ?? [];
  };
}

/** Budgets that only make sense against what was spent by now: 83 % used, and passed with alerts alone. */
function setSpentBudgets(world: World, cast: Role[], at: number, cycleDay: number): void {
  const spend = new SpendSource(world);
  const { from } = billingPeriodOf(world.anchor, cycleDay);
  cast.forEach((role, index) => {
    const key = world.keys[index];
    const used = role.budget === "mostly-spent" ? 0.835 : role.budget === "overspent" ? 1.4 : 0;
    if (!key || used === 0) return;
    let spent = 0;
    for (let day = from; day <= world.anchor; day += 1) {
      const n = spend.slices(key, day, at);
      for (let i = 0; i < n; i += 1) spent += spend.cents[i] ?? 0;
    }
    const step = spent > 2_000 ? 100 : 10;
    if (spent >= 100) key.budgetCents = Math.max(10, Math.floor(spent / used / step) * step);
  });
}

/** The example key may call the two models it uses; so may every ninth key. */
function limitModels(world: World): void {
  world.keys.forEach((key, index) => {
    if (index % 9 !== 0) return;
    key.allowedModels = world.models.filter((model) => key.mix.models.includes(model.index));
  });
}
