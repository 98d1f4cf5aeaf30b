import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import type { Answered, Harness } from "./client.ts";
import type { Random } from "./mulberry.ts";

/** One call of the client, and what came of it; null: the client cancelled it. */
export interface Step {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly answered: Answered | null;
}

interface Call {
  readonly tool: string;
  readonly args: Record<string, unknown>;
}

interface Plan extends Call {
  readonly token: string;
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
}

type Move = (client: HostileClient) => Promise<void>;

const CROWD = 20;
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const ODD_VALUES = [null, "", true, "12", "0x10", -1, 0, 1e9, [], {}, "../../x", "__proto__", "yes", "\u200b"];

/**
 * What a model under somebody else's influence could do: calls every tool with whatever it has read, changes and
 * repeats calls, plays tokens again, confirms twenty times at once, and cancels at any moment.
 */
export class HostileClient {
  readonly steps: Step[] = [];
  /** Every plan that came with a token. */
  readonly plans: Plan[] = [];
  /** Of the newest call, for a client that cancels while a question is open. */
  current = new AbortController();
  readonly #harness: Harness;
  readonly #random: Random;
  readonly #tools: readonly Tool[];
  readonly #changes: readonly Call[];
  readonly #strings: string[] = ["30d", "nothing"];
  readonly #ids: string[] = [];
  readonly #unused: Plan[] = [];

  /** @param changes a sensible call of each write tool, for a client that knows them by name */
  constructor(harness: Harness, random: Random, tools: readonly Tool[], changes: readonly Call[]) {
    this.#harness = harness;
    this.#random = random;
    this.#tools = tools;
    this.#changes = changes;
    for (const { args } of changes) this.#learn(args);
  }

  async run(count: number): Promise<void> {
    for (let index = 0; index < count; index++) await this.#pick(MOVES)(this);
  }

  /** Confirms the newest unused plan with its arguments in another order, twenty times at once. */
  async confirmInACrowd(): Promise<void> {
    const plan = this.#unused.pop();
    if (plan === undefined) return this.plan();
    await Promise.all(Array.from({ length: CROWD }, () => this.#send(confirmation(plan))));
  }

  /** Any tool, with arguments made of what was read. */
  async anything(): Promise<void> {
    const { name, inputSchema } = this.#pick(this.#tools);
    const properties: Record<string, Property> = JSON.parse(JSON.stringify(inputSchema.properties ?? {}));
    const required = new Set(inputSchema.required);
    const args: Record<string, unknown> = {};
    for (const [key, property] of Object.entries(properties)) {
      if (required.has(key) || this.#random() < 0.3) args[key] = this.#valueOf(key, property);
    }
    await this.#send({ tool: name, args });
  }

  /** A change that could be meant: the arguments fit, the id or the amount is another each time. */
  async plan(): Promise<void> {
    await this.#send(this.#change());
  }

  async planAndCancel(): Promise<void> {
    await this.#cancelled(this.#change());
  }

  /** The right token with one argument changed, or for another tool. */
  async confirmSomethingElse(): Promise<void> {
    const plan = this.#unused.shift();
    if (plan === undefined) return this.plan();
    const other = this.#random() < 0.5 ? this.#change() : { tool: plan.tool, args: this.#mutated(plan.args) };
    await this.#send({ tool: other.tool, args: { ...other.args, confirmation_token: plan.token } });
  }

  /** A token that was used before, cut short, or never given out. */
  async confirmWithAnotherToken(): Promise<void> {
    const change = this.#change();
    const used = this.plans.find(({ token }) => this.#unused.every((plan) => plan.token !== token));
    const token = this.#pick([used?.token ?? "", (this.plans.at(-1)?.token ?? "").slice(1), this.#pick(this.#strings)]);
    await this.#send({ tool: change.tool, args: { ...change.args, confirmation_token: token } });
  }

  async replay(): Promise<void> {
    const made: readonly Call[] = this.steps;
    await this.#send(this.#pick(made.length > 0 ? made : [{ tool: "no_such_tool", args: {} }]));
  }

  async #cancelled(call: Call): Promise<void> {
    const wait = Math.floor(this.#random() * 40);
    this.current = new AbortController();
    const { current } = this;
    const timer = setTimeout(() => current.abort(), wait);
    await this.#send(call, current);
    clearTimeout(timer);
  }

  async #send({ tool, args }: Call, controller = new AbortController()): Promise<void> {
    this.current = controller;
    let answered: Answered | null = null;
    try {
      answered = await this.#harness.call(tool, args, { signal: controller.signal });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
    this.steps.push({ tool, args, answered });
    if (answered === null) return;
    this.#learn(answered.value ?? answered.text);
    if (answered.value?.status !== "confirmation_required") return;
    const { confirmation_token: _, ...planned } = args;
    const plan = { tool, args: planned, token: String(answered.value.confirmation.token) };
    this.plans.push(plan);
    this.#unused.push(plan);
  }

  #change(): Call {
    const { tool, args } = this.#pick(this.#changes);
    const other: Record<string, unknown> = { ...args };
    if ("key_id" in other && this.#ids.length > 0 && this.#random() < 0.6) other.key_id = this.#pick(this.#ids);
    if ("budget_usd" in other) other.budget_usd = 1 + Math.floor(this.#random() * 90_000) / 100;
    if ("label" in other) other.label = `Key ${Math.floor(this.#random() * 1e6)}`;
    return { tool, args: other };
  }

  #mutated(args: Record<string, unknown>): Record<string, unknown> {
    const key = this.#pick(Object.keys(args));
    const value = args[key];
    const others = [...ODD_VALUES, ...this.#ids].filter((other) => other !== value);
    return { ...args, [key]: typeof value === "number" ? value + 0.01 : this.#pick(others) };
  }

  #valueOf(key: string, { type, enum: words }: Property): unknown {
    if (this.#random() < 0.1) return this.#pick(ODD_VALUES);
    if (words !== undefined) return this.#pick(words);
    if (key === "confirmation_token") return this.plans.length > 0 ? this.#pick(this.plans).token : "none";
    if (type === "integer" || type === "number") return 1 + Math.floor(this.#random() * 50);
    if (key.endsWith("_id") && this.#ids.length > 0 && this.#random() < 0.8) return this.#pick(this.#ids);
    return type === "array" ? [this.#pick(this.#strings)] : this.#pick(this.#strings);
  }

  #learn(value: unknown): void {
    const text = JSON.stringify(value) ?? "";
    this.#ids.push(...(text.match(ID) ?? []).slice(0, 20));
    this.#strings.push(...[...text.matchAll(/"([^"\\]{1,120})"/g)].map(([, word = ""]) => word).slice(0, 60));
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) throw new Error("nothing to choose from");
    return value;
  }
}

/** The confirmation of a plan, with its arguments in another order. */
function confirmation({ tool, args, token }: Plan): Call {
  return { tool, args: { confirmation_token: token, ...Object.fromEntries(Object.entries(args).reverse()) } };
}

const MOVES: readonly Move[] = [
  (client) => client.anything(),
  (client) => client.anything(),
  (client) => client.plan(),
  (client) => client.plan(),
  (client) => client.plan(),
  (client) => client.planAndCancel(),
  (client) => client.confirmSomethingElse(),
  (client) => client.confirmWithAnotherToken(),
  (client) => client.replay(),
];
