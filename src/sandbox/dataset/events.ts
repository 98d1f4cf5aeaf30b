import type { PlantedEvent } from "../types.ts";
import { dayOf, dayText } from "./days.ts";
import type { Role } from "./roles.ts";
import { SpendSource } from "./spend.ts";
import type { VirtualKey, World } from "./world.ts";

/** The labels of what was planted; `quiet` keeps only the ones about configuration. */
export function plantedEvents(world: World, cast: Role[], quiet: boolean): PlantedEvent[] {
  const events = quiet ? [] : workspaceEvents(world);
  const spend = new SpendSource(world);
  cast.forEach((role, index) => {
    const key = world.keys[index];
    if (!key) return;
    if (!quiet) events.push(...spendEvents(world, role, key));
    const event = configurationEvent(spend, role, key);
    if (event) events.push(event);
  });
  return events;
}

function workspaceEvents(world: World): PlantedEvent[] {
  const today = dayText(world.anchor);
  const note = "the workspace budget runs out before the month ends";
  const events: PlantedEvent[] = [{ kind: "budget_run_out", scope: "workspace", from: today, cause: "volume", note }];
  const change = world.priceChange;
  const model = change ? world.models[change.model] : undefined;
  if (change && model) {
    const percent = Math.round((1 / change.before - 1) * 100);
    const text = `the price of ${model.name} rose by ${percent} %`;
    events.push({
      kind: "price_change",
      scope: "model",
      entityId: model.name,
      from: dayText(change.day),
      cause: "price",
      note: text,
    });
  }
  return events;
}

function spendEvents(world: World, role: Role, key: VirtualKey): PlantedEvent[] {
  const agent = key.owner?.type === "agent" ? { scope: "agent" as const, entityId: key.owner.id } : null;
  const name = key.owner?.name ?? key.label;
  const { twist } = key;
  if (twist?.kind === "spike" && agent) {
    const day = dayText(twist.day);
    const model = world.models[twist.model]?.name ?? "";
    const note = `${name} spent ${(twist.cents / 100).toFixed(2)} USD more than usual on ${model}`;
    return [{ kind: "spike", ...agent, from: day, to: day, cause: "volume", note }];
  }
  if (twist?.kind === "shift" && agent) {
    const note = `${name} has spent ${twist.factor} times as much since then`;
    return [{ kind: "level_shift", ...agent, from: dayText(twist.day), cause: "volume", note }];
  }
  if (role.startedDaysAgo !== undefined && agent) {
    return [{ kind: "new_entity", ...agent, from: dayText(key.from), cause: "new", note: `${name} is new` }];
  }
  if (role.name === "stopped" && agent) {
    return [
      {
        kind: "stopped_entity",
        ...agent,
        from: dayText(dayOf(key.until)),
        cause: "stopped",
        note: `${name} spends no more`,
      },
    ];
  }
  if (role.status) {
    const note = `${key.label} is ${role.status} and spends no more`;
    return [
      {
        kind: "stopped_entity",
        scope: "key",
        entityId: key.id,
        from: dayText(dayOf(key.until)),
        cause: "stopped",
        note,
      },
    ];
  }
  if (role.budget === "mostly-spent") {
    const note = `${key.label} has used over 80 % of its budget`;
    return [
      { kind: "budget_run_out", scope: "key", entityId: key.id, from: dayText(world.anchor), cause: "volume", note },
    ];
  }
  return [];
}

const RISKS = {
  none: "no budget and no expiry",
  overspent: "alert only, budget passed",
  huge: "cap far above its use",
};

function configurationEvent(spend: SpendSource, role: Role, key: VirtualKey): PlantedEvent | null {
  if (role.event === undefined) return null;
  const known = { kind: role.event, scope: "key" as const, entityId: key.id, cause: "configuration" as const };
  if (role.budget && role.budget !== "mostly-spent") {
    return { ...known, from: dayText(dayOf(key.createdAt)), note: `${key.label}: ${RISKS[role.budget]}` };
  }
  const last = spend.lastUsed(key, key.until);
  const from = dayText(dayOf(last ?? key.createdAt));
  return { ...known, from, note: `${key.label}: ${last === null ? "never used" : `last used on ${from}`}` };
}
