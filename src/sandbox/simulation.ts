import type { HttpBindings } from "@hono/node-server";
import { buildWorld, DEFAULT_SCALE } from "./dataset/build.ts";
import { billingPeriodOf, type DayRange, dayOf } from "./dataset/days.ts";
import { hostileLabel } from "./dataset/hostile.ts";
import { idOf } from "./dataset/ids.ts";
import { Ledger } from "./dataset/ledger.ts";
import type { Model } from "./dataset/models.ts";
import { roles } from "./dataset/roles.ts";
import type { World } from "./dataset/world.ts";
import { FaultBook } from "./faults.ts";
import { HitLog } from "./hits.ts";
import { KeyStore } from "./key-store.ts";
import { buildCredentials, buildPats, type Pat } from "./pats.ts";
import { initialPolicy, PolicyStore } from "./policy.ts";
import { RateLimit } from "./rate-limit.ts";
import { assignSwitch, defaultSwitches, type Switches } from "./switches.ts";
import type { SandboxCredentials, SandboxOptions } from "./types.ts";

/** What every handler finds in its context. */
export interface Env {
  Bindings: HttpBindings;
  Variables: { sim: Simulation; body: unknown };
}

/** Figures of the running day move in steps of ten minutes, as behind a pipeline; it keeps quick calls equal. */
const STEP_MS = 600_000;

/** One simulated workspace: its data, its clock, its switches and what was written to it. */
export class Simulation {
  readonly world: World;
  readonly ledger: Ledger;
  readonly keys: KeyStore;
  readonly policy: PolicyStore;
  readonly credentials: SandboxCredentials;
  readonly pats: Map<string, Pat>;
  readonly faults = new FaultBook();
  readonly hits = new HitLog();
  readonly rateLimit = new RateLimit();
  readonly switches: Switches;
  readonly #firstSwitches: Switches;
  readonly #clock: () => Date;
  readonly #cycleDay: number;
  #requests = 0;

  constructor(options: SandboxOptions) {
    const { seed = 1, now = () => new Date(), quiet = false, billingCycleDay = 1 } = options;
    this.#firstSwitches = firstSwitches(options);
    this.switches = { ...this.#firstSwitches };
    this.#clock = now;
    this.#cycleDay = billingCycleDay;
    const at = this.at();
    this.world = buildWorld({ seed, scale: { ...DEFAULT_SCALE, ...options.scale }, at, quiet, billingCycleDay });
    this.ledger = new Ledger(this.world);
    this.keys = new KeyStore(this.world, this.ledger);
    this.policy = new PolicyStore(() => initialPolicy(this.world, this.ledger, at, quiet));
    const names = roles(quiet).map((role) => role.name);
    this.credentials = buildCredentials(this.world, names);
    this.pats = buildPats(this.world, this.credentials);
  }

  /** The service's own time, which the switch `clockSkew` moves. */
  now(): number {
    return this.#clock().getTime() + this.switches.clockSkew * 1_000;
  }

  /** The instant up to which usage has been counted. */
  at(): number {
    return Math.floor(this.now() / STEP_MS) * STEP_MS;
  }

  today(): number {
    return dayOf(this.now());
  }

  billingPeriod(): DayRange {
    return billingPeriodOf(this.today(), this.#cycleDay);
  }

  /** A name as it goes out: itself, or something nastier when the switch `labels` says so. */
  text(normal: string, index: number): string {
    return this.switches.labels === "hostile" ? hostileLabel(index) : normal;
  }

  /** Every second model is renamed by hostile labels, the others keep their names. */
  modelName(model: Model): string {
    return model.index % 2 === 1 ? this.text(model.name, model.index) : model.name;
  }

  modelNames(models: Model[] | null): string[] | null {
    return models?.map((model) => this.modelName(model)) ?? null;
  }

  requestId(): string {
    this.#requests += 1;
    return idOf(this.world.seed, "request", this.#requests);
  }

  reset(): void {
    Object.assign(this.switches, this.#firstSwitches);
    this.keys.reset();
    this.policy.reset();
    this.faults.clear();
    this.hits.clear();
    this.rateLimit.clear();
  }
}

function firstSwitches(options: SandboxOptions): Switches {
  const switches = defaultSwitches();
  for (const [name, value] of Object.entries(options.switches ?? {})) assignSwitch(switches, name, value);
  if (options.labels !== undefined) switches.labels = options.labels;
  return switches;
}
