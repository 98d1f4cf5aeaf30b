import { instantText } from "../dataset/days.ts";
import { tokenPrefix } from "../dataset/ids.ts";
import type { VirtualKey } from "../dataset/world.ts";
import type { Simulation } from "../simulation.ts";
import { usd } from "./figures.ts";

const instantOrNull = (instant: number | null) => (instant === null ? null : instantText(instant));

/** One row of `virtual-keys`; the spend covers the billing period. */
export function keyRow(sim: Simulation, key: VirtualKey): Record<string, unknown> {
  const master = sim.world.masters[key.master];
  const { from } = sim.billingPeriod();
  return {
    id: key.id,
    label: sim.text(key.label, key.index),
    prefix: tokenPrefix(key.token),
    masterKeyId: master?.id ?? null,
    masterKeyName: master ? sim.text(master.label, master.index) : null,
    provider: master?.provider ?? null,
    entityType: key.owner?.type ?? null,
    entityId: key.owner?.id ?? null,
    entityName: key.owner ? sim.text(key.owner.name, key.owner.index) : null,
    status: key.status,
    budget: key.budgetCents === null ? null : usd(key.budgetCents),
    budgetCents: key.budgetCents,
    spentCents: sim.ledger.keys([key], from, sim.today(), sim.at()).cents,
    budgetAction: key.budgetAction,
    budgetWindow: key.budgetWindow,
    rateLimitRpm: key.rateLimitRpm,
    rateLimitRph: null,
    allowedModels: sim.modelNames(key.allowedModels),
    blockedModels: null,
    expiresAt: instantOrNull(key.expiresAt),
    expiryPreset: key.expiresAt === null ? "never" : "custom",
    lastUsedAt: instantOrNull(sim.ledger.spend.lastUsed(key, sim.at())),
    createdAt: instantText(key.createdAt),
    updatedAt: instantText(key.updatedAt),
  };
}

/** How many active keys the plan allows. */
export function planLimit(sim: Simulation): number {
  if (sim.switches.vkLimit !== "auto") return sim.switches.vkLimit;
  return sim.world.scale.keys + 25;
}
