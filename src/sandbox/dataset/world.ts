import type { PlantedEvent, Scale } from "../types.ts";
import type { Model } from "./models.ts";
import type { Rhythm } from "./rhythm.ts";

export interface Department {
  index: number;
  id: string;
  name: string;
  budgetCents: number | null;
  budgetAction: string;
  createdAt: number;
}

/** An agent or a member: what a virtual key can be bound to. */
export interface Owner {
  type: "agent" | "member";
  /** Position among the agents, or among the members. */
  index: number;
  /** Position among all owners, agents first. */
  slot: number;
  id: string;
  name: string;
  /** -1 = in no department. */
  department: number;
  createdAt: number;
}

export interface Agent extends Owner {
  type: "agent";
  status: "active" | "inactive" | "archived";
  environment: "production" | "development" | "staging";
  source: "manual" | "n8n_workflow" | "custom_webhook";
  model: number;
}

export interface Member extends Owner {
  type: "member";
  email: string;
  roleLabel: string | null;
  budgetCents: number | null;
}

export interface MasterKey {
  index: number;
  id: string;
  label: string;
  provider: string;
  maskedKey: string;
  createdAt: number;
}

/** The models a key calls: `upTo[i]` is the running share of `models[0..i]`, ending at 1. */
export interface Mix {
  models: readonly number[];
  upTo: readonly number[];
}

/** A change of one key's spend, planted so that it can be found. */
export type Twist =
  | { kind: "spike"; day: number; model: number; cents: number }
  | { kind: "shift"; day: number; factor: number };

export type KeyStatus = "active" | "disabled" | "expired" | "revoked";

export interface VirtualKey {
  index: number;
  id: string;
  label: string;
  token: string;
  owner: Owner | null;
  master: number;
  mix: Mix;
  rhythm: Rhythm;
  /** Usual cents of a Monday, at today's level; 0 = never used. */
  weight: number;
  /** Change of the level per day, as a share of today's. */
  growth: number;
  sigma: number;
  outputRatio: number;
  tokensPerRequest: number;
  /** First day with spend. */
  from: number;
  /** Instant after which nothing is spent. */
  until: number;
  twist: Twist | null;
  status: KeyStatus;
  budgetCents: number | null;
  budgetAction: "alert_only" | "disable_key" | "block_requests";
  budgetWindow: "daily" | "weekly" | "monthly";
  rateLimitRpm: number | null;
  allowedModels: Model[] | null;
  expiresAt: number | null;
  createdAt: number;
  updatedAt: number;
}

export interface PriceChange {
  model: number;
  /** First day of the new price. */
  day: number;
  /** Old price as a share of the new one. */
  before: number;
}

/** Everything that does not change while the sandbox runs, except `keys`, which writes add to. */
export interface World {
  seed: number;
  scale: Scale;
  /** The day on which the sandbox started. */
  anchor: number;
  start: number;
  /** A key that spends less than this many cents a day is used on some days only, for about this much. */
  clump: number;
  workspaceId: string;
  otherWorkspaceId: string;
  models: Model[];
  masters: MasterKey[];
  departments: Department[];
  agents: Agent[];
  members: Member[];
  keys: VirtualKey[];
  keysOfOwner: (owner: Owner) => VirtualKey[];
  priceChange: PriceChange | null;
  events: PlantedEvent[];
}
