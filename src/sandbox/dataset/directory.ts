import type { Scale } from "../types.ts";
import { DAY_MS } from "./days.ts";
import { hash, unit } from "./hash.ts";
import { idOf } from "./ids.ts";
import type { Model } from "./models.ts";
import { agentName, departmentName, masterKeyLabel, memberEmail, memberName } from "./names.ts";
import type { Agent, Department, MasterKey, Member } from "./world.ts";

export interface Directory {
  departments: Department[];
  agents: Agent[];
  members: Member[];
  masters: MasterKey[];
}

/** Who and what exists in the workspace; `anchor` is today, `newAgent` the agent that arrived five days ago, or -1. */
export function buildDirectory(
  seed: number,
  scale: Scale,
  anchor: number,
  models: Model[],
  newAgent: number,
): Directory {
  const founded = (anchor - Math.max(430, scale.days + 30)) * DAY_MS;
  const age = (salt: number, index: number) => founded + Math.floor(unit(hash(seed, salt, index)) * 25 * DAY_MS);
  const departments = Array.from({ length: scale.departments }, (_, index) => department(seed, index, founded));
  const agents = Array.from({ length: scale.agents }, (_, index) => {
    const createdAt = index === newAgent ? (anchor - 5) * DAY_MS + 7.5 * 3_600_000 : age(70, index);
    return agent(seed, index, scale, models, createdAt);
  });
  const members = Array.from({ length: scale.members }, (_, index) => member(seed, index, scale, age(71, index)));
  const providers = [...new Set(models.filter((model) => model.prompt !== null).map((model) => model.provider))];
  const masters = Array.from({ length: scale.masterKeys }, (_, index) => {
    const provider = providers[index % providers.length] ?? "openai";
    const label = masterKeyLabel(provider, Math.floor(index / providers.length));
    const maskedKey = `sk-…${hash(seed, 72, index).toString(36).slice(0, 4)}`;
    return {
      index,
      id: idOf(seed, "masterKey", index),
      label,
      provider,
      maskedKey,
      createdAt: founded + index * 300_000,
    };
  });
  return { departments, agents, members, masters };
}

function department(seed: number, index: number, createdAt: number): Department {
  const budgetCents = index % 3 === 0 ? 150_000 + 25_000 * (hash(seed, 73, index) % 8) : null;
  const id = idOf(seed, "department", index);
  return { index, id, name: departmentName(index), budgetCents, budgetAction: "alert_only", createdAt };
}

/** Every sixteenth owner is in no department, so that departments do not add up to the workspace. */
function departmentOf(seed: number, salt: number, index: number, count: number): number {
  return index % 16 === 15 || count === 0 ? -1 : hash(seed, salt, index) % count;
}

function agent(seed: number, index: number, scale: Scale, models: Model[], createdAt: number): Agent {
  const environment = ENVIRONMENTS[index < 6 ? 0 : hash(seed, 74, index) % 10] ?? "production";
  const source = SOURCES[hash(seed, 75, index) % 4] ?? "manual";
  const status = index > 12 && index % 37 === 20 ? "inactive" : "active";
  const dept = index === 0 ? Math.min(1, scale.departments - 1) : departmentOf(seed, 76, index, scale.departments);
  const common = { index, slot: index, id: idOf(seed, "agent", index), name: agentName(index), createdAt };
  const used = models.filter((model) => model.prompt !== null).length;
  return {
    ...common,
    type: "agent",
    department: dept,
    status,
    environment,
    source,
    model: hash(seed, 77, index) % used,
  };
}

const ENVIRONMENTS = [
  ...Array.from({ length: 6 }, () => "production" as const),
  "staging",
  "development",
  "development",
  "development",
] as const;
const SOURCES = ["manual", "manual", "n8n_workflow", "custom_webhook"] as const;
const ROLES = ["Backend", "Analyst", "Designer", null, "Account Manager", null] as const;

function member(seed: number, index: number, scale: Scale, createdAt: number): Member {
  const budgetCents = index === 0 ? 15_000 : index % 2 === 0 ? 10_000 + 5_000 * (hash(seed, 78, index) % 5) : null;
  const common = {
    index,
    slot: scale.agents + index,
    id: idOf(seed, "member", index),
    name: memberName(index),
    createdAt,
  };
  const roleLabel = ROLES[hash(seed, 79, index) % ROLES.length] ?? null;
  const dept = departmentOf(seed, 80, index, scale.departments);
  return { ...common, type: "member", department: dept, email: memberEmail(index), roleLabel, budgetCents };
}
