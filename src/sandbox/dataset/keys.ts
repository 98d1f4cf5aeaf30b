import type { Scale } from "../types.ts";
import { DAY_MS, dayOf } from "./days.ts";
import type { Directory } from "./directory.ts";
import { bell, hash, unit } from "./hash.ts";
import { idOf, type TokenWord, virtualKeyToken } from "./ids.ts";
import type { Role } from "./roles.ts";
import type { Mix, Owner, Twist, VirtualKey } from "./world.ts";

/** Usual spend of a Monday in cents: 150 USD for 120 keys, growing more slowly than the number of keys. */
export function usualMonday(scale: Scale): number {
  return Math.round(15_000 * (scale.keys / 120) ** 0.7);
}

export interface KeyPlan {
  seed: number;
  scale: Scale;
  anchor: number;
  start: number;
  directory: Directory;
  mixes: Map<string, Mix[]>;
  roles: Role[];
  twistOf: (role: Role, mix: Mix) => Twist | null;
}

/** Role keys first, then one key per further agent and most members, then extra keys until the number is reached. */
export function buildKeys(plan: KeyPlan): VirtualKey[] {
  const { roles, scale } = plan;
  const usual = usualMonday(scale);
  const keys = roles.map((role, index) => roleKey(plan, role, index, usual * role.share));
  const owners = plainOwners(plan, scale.keys - roles.length);
  const raw = owners.map((owner, i) => rawWeight(plan.seed, owner, roles.length + i));
  const rest = usual * (1 - roles.reduce((sum, role) => sum + role.share, 0));
  const unitWeight =
    rest /
    Math.max(
      1e-9,
      raw.reduce((sum, weight) => sum + weight, 0),
    );
  const floor = scale.keys <= 1_000 ? 10 : 2;
  owners.forEach((owner, i) => {
    keys.push(plainKey(plan, owner, roles.length + i, Math.max(floor, (raw[i] ?? 0) * unitWeight)));
  });
  return keys;
}

function plainOwners({ seed, directory, roles }: KeyPlan, count: number): Array<Owner | null> {
  const agents: Owner[] = directory.agents.slice(6);
  const members: Owner[] = directory.members.slice(3);
  const owners: Array<Owner | null> = [...agents, ...members.filter((member) => member.index % 7 !== 6)].slice(
    0,
    count,
  );
  while (owners.length < count) {
    const index = roles.length + owners.length;
    const dice = unit(hash(seed, 110, index));
    const pool = dice < 0.62 ? agents : members;
    owners.push(dice > 0.95 ? null : (pool[hash(seed, 111, index) % pool.length] ?? null));
  }
  return owners;
}

/** Log-normal, so that a few keys carry most of the spend; people spend less than agents. */
function rawWeight(seed: number, owner: Owner | null, index: number): number {
  return Math.exp(0.9 * bell(hash(seed, 112, index))) * (owner?.type === "agent" ? 1 : 0.45);
}

function roleKey(plan: KeyPlan, role: Role, index: number, weight: number): VirtualKey {
  const { anchor, directory } = plan;
  const pool = role.owner?.[0] === "member" ? directory.members : directory.agents;
  const owner = role.owner ? (pool[role.owner[1]] ?? null) : null;
  const key = plainKey(plan, owner, index, weight);
  key.label = role.label;
  if (role.provider) {
    const master = directory.masters.find((candidate) => candidate.provider === role.provider);
    if (master) key.master = master.index;
  }
  key.mix = mixesOf(plan, key.master)[0] ?? key.mix;
  key.rhythm = owner?.type === "member" ? "office" : "production";
  key.twist = plan.twistOf(role, key.mix);
  key.sigma = 0.14;
  if (role.startedDaysAgo !== undefined) {
    key.createdAt = (anchor - role.startedDaysAgo) * DAY_MS + 8 * 3_600_000;
    key.from = anchor - role.startedDaysAgo;
  }
  if (role.createdDaysAgo !== undefined) key.createdAt = (anchor - role.createdDaysAgo) * DAY_MS + 9 * 3_600_000;
  if (role.endedDaysAgo !== undefined) key.until = (anchor - role.endedDaysAgo) * DAY_MS;
  if (role.status) {
    key.status = role.status;
    if (role.status === "expired") key.expiresAt = key.until;
  }
  if (role.budget === "none") key.budgetCents = null;
  if (role.budget === "huge") key.budgetCents = 500_000;
  if (role.neverExpires) key.expiresAt = null;
  key.budgetWindow = "monthly";
  key.budgetAction = role.budget === "none" || role.budget === "overspent" ? "alert_only" : "block_requests";
  key.updatedAt = role.status ? key.until : key.createdAt;
  return key;
}

function mixesOf(plan: KeyPlan, master: number): Mix[] {
  return plan.mixes.get(plan.directory.masters[master]?.provider ?? "") ?? [];
}

const NO_MIX: Mix = { models: [0], upTo: [1] };

function plainKey(plan: KeyPlan, owner: Owner | null, index: number, weight: number): VirtualKey {
  const { seed, anchor, start, directory, scale } = plan;
  const r = (salt: number) => unit(hash(seed, salt, index));
  const master = Math.min(scale.masterKeys - 1, Math.floor(r(113) ** 1.4 * scale.masterKeys));
  const mixes = mixesOf(plan, master);
  const mix = mixes[hash(seed, 114, index) % Math.max(1, mixes.length)] ?? NO_MIX;
  const agent = owner?.type === "agent" ? directory.agents[owner.index] : undefined;
  const office = owner?.type === "member" || (agent !== undefined && agent.environment !== "production");
  const createdDay = anchor - 130 - Math.floor(r(115) * 390);
  const createdAt = Math.max(createdDay * DAY_MS + Math.floor((7 + 12 * r(116)) * 3_600_000), owner?.createdAt ?? 0);
  const off = agent?.status === "inactive";
  const windowDice = r(117);
  const budgetWindow = windowDice < 0.8 ? "monthly" : windowDice < 0.92 ? "weekly" : "daily";
  const windows = { monthly: office ? 23 : 29, weekly: office ? 5.3 : 6.7, daily: 1.6 };
  const word: TokenWord = owner === null ? "proj" : owner.type === "agent" ? "agent" : "memb";
  return {
    index,
    id: idOf(seed, "key", index),
    label: owner === null ? `Project key ${index}` : `${owner.name} key ${index}`,
    token: virtualKeyToken(seed, word, index),
    owner,
    master,
    mix,
    rhythm: office ? "office" : "production",
    weight,
    growth: 0.0009 + 0.0004 * bell(hash(seed, 118, index)),
    sigma: 0.12 + 0.14 * r(119),
    outputRatio: 0.1 + 0.3 * r(120),
    tokensPerRequest: Math.round(2_000 + 9_000 * r(121)),
    from: Math.max(start, dayOf(createdAt)),
    until: off ? (anchor - 115) * DAY_MS : Number.POSITIVE_INFINITY,
    twist: null,
    status: off ? "disabled" : "active",
    budgetCents: roundBudget(weight * windows[budgetWindow] * (1.7 + 1.3 * r(122))),
    budgetAction: r(123) < 0.5 ? "alert_only" : r(123) < 0.9 ? "block_requests" : "disable_key",
    budgetWindow,
    rateLimitRpm: 60 * (1 + (hash(seed, 124, index) % 10)),
    allowedModels: null,
    expiresAt: (anchor + 40 + Math.floor(260 * r(125))) * DAY_MS,
    createdAt,
    updatedAt: createdAt,
  };
}

/** Up to a round number of dollars. */
function roundBudget(cents: number): number {
  const dollars = cents / 100;
  const step = dollars < 20 ? 1 : dollars < 100 ? 5 : 25;
  return Math.max(1, Math.ceil(dollars / step) * step) * 100;
}
