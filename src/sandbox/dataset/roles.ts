import type { PlantedKind } from "../types.ts";
import type { KeyStatus } from "./world.ts";

/** A virtual key with a part to play; the first keys of every workspace are these, in this order. */
export interface Role {
  name: string;
  label: string;
  /** Agent or member by index; null = bound to nobody. */
  owner: readonly ["agent" | "member", number] | null;
  /** Part of the workspace's usual weekday spend; 0 = never used. */
  share: number;
  provider?: string;
  startedDaysAgo?: number;
  endedDaysAgo?: number;
  createdDaysAgo?: number;
  status?: KeyStatus;
  twist?: "spike" | "shift";
  budget?: "mostly-spent" | "overspent" | "huge" | "none";
  neverExpires?: true;
  event?: PlantedKind;
}

/** Smallest workspace in which every role finds its owner and its history. */
export const SMALLEST = { departments: 1, agents: 12, members: 6, keys: 24, masterKeys: 1, models: 3, days: 120 };

const CONSTANT: readonly Role[] = [
  { name: "idle1", label: "Pilot-2025", owner: ["agent", 7], share: 0.004, endedDaysAgo: 46, event: "idle_key" },
  { name: "idle2", label: "Hackathon", owner: ["agent", 8], share: 0.004, endedDaysAgo: 58, event: "idle_key" },
  { name: "idle3", label: "Old-Staging", owner: ["agent", 9], share: 0.004, endedDaysAgo: 75, event: "idle_key" },
  { name: "idle4", label: "Notebook", owner: ["member", 3], share: 0.003, endedDaysAgo: 110, event: "idle_key" },
  {
    name: "noLimits",
    label: "Quick-Test",
    owner: ["agent", 10],
    share: 0.02,
    budget: "none",
    neverExpires: true,
    event: "risky_key",
  },
  {
    name: "overspent",
    label: "Nightly-Batch",
    owner: ["agent", 11],
    share: 0.025,
    budget: "overspent",
    event: "risky_key",
  },
  { name: "hugeCap", label: "Sandbox-Trial", owner: ["member", 4], share: 0.003, budget: "huge", event: "risky_key" },
  { name: "never1", label: "Workshop", owner: ["member", 5], share: 0, createdDaysAgo: 90, event: "never_used_key" },
  { name: "never2", label: "Partner-Demo", owner: null, share: 0, createdDaysAgo: 200, event: "never_used_key" },
];

/** In a quiet workspace nothing starts, stops, jumps or runs out within the last hundred days. */
export function roles(quiet: boolean): Role[] {
  const ended = (days: number, quietDays: number) => ({ endedDaysAgo: quiet ? quietDays : days });
  const planted = <T extends object>(extra: T) => (quiet ? {} : extra);
  return [
    {
      name: "agent",
      label: "CS-Bot-Key",
      owner: ["agent", 0],
      share: 0.07,
      provider: "openai",
      ...planted({ budget: "mostly-spent" as const }),
    },
    { name: "agentBatch", label: "CS-Bot-Batch", owner: ["agent", 0], share: 0.02 },
    {
      name: "spike",
      label: "Research-Key",
      owner: ["agent", 1],
      share: 0.05,
      provider: "anthropic",
      ...planted({ twist: "spike" as const }),
    },
    {
      name: "shift",
      label: "Invoices-Key",
      owner: ["agent", 2],
      share: 0.035,
      provider: "openai",
      ...planted({ twist: "shift" as const }),
    },
    {
      name: "newcomer",
      label: "Release-Notes-Key",
      owner: ["agent", 3],
      share: 0.04,
      ...planted({ startedDaysAgo: 5 }),
    },
    { name: "stopped", label: "Lead-Scoring-Key", owner: ["agent", 4], share: 0.04, ...planted({ endedDaysAgo: 9 }) },
    {
      name: "neverUsed",
      label: "Onboarding-Key",
      owner: ["agent", 5],
      share: 0,
      createdDaysAgo: 120,
      event: "never_used_key",
    },
    { name: "member", label: "Member-Key", owner: ["member", 0], share: 0.015 },
    { name: "unbound", label: "Shared-Key", owner: null, share: 0.01 },
    {
      name: "revoked",
      label: "Old-Test-Key",
      owner: ["member", 1],
      share: 0.012,
      status: "revoked",
      ...ended(30, 110),
    },
    { name: "disabled", label: "Paused-Key", owner: ["agent", 6], share: 0.012, status: "disabled", ...ended(50, 112) },
    { name: "expired", label: "Trial-Key", owner: ["member", 2], share: 0.008, status: "expired", ...ended(20, 111) },
    ...CONSTANT,
  ];
}
