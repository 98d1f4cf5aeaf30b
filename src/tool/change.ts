import type * as z from "zod";
import type { ManagerApi, ManagerWrites } from "../api/manager.ts";
import type { Secret } from "../secret.ts";
import type { Definition, ToolContext } from "./define.ts";
import type { ExpectedAnswer } from "./question.ts";

/** What a write tool may use while it plans: it can read, and nothing else. */
export interface PlanContext extends ToolContext<"manager"> {
  readonly keyDelivery: "result" | "file";
}

/**
 * What a write tool has found out before anything is changed.
 * `target` is what `send` and `look` need; `S` is a state as results show it.
 */
export interface Plan<T, S> {
  readonly target: T;
  /** The fields whose change in between makes the plan void; none that move by themselves, such as spend or last use. */
  readonly version: Readonly<Record<string, unknown>>;
  /** Null when there was nothing, or when it could not be found. */
  readonly before: S | null;
  /** As it would be. */
  readonly after: S;
  /** True when the wanted state is already there: nothing will be sent. */
  readonly isNoChange: boolean;
  /** One sentence for the person who decides: what is done to which thing (id, quoted name), from what to what. */
  readonly action: string;
  readonly answer: ExpectedAnswer;
  /** What a rule may look at. */
  readonly about: {
    readonly label: string | null;
    readonly amountUsd: number | null;
    readonly targetId: string | null;
  };
}

/** What else the person should know: facts about what is affected, and what follows, each a sentence. */
export interface Details {
  readonly affected: readonly string[];
  readonly consequence: string;
}

/** A state that was seen, and how it differs from the one asked for, each as `the status active, not revoked`. */
export interface Seen<S> {
  readonly state: S;
  /** Empty: as asked for. */
  readonly differences: readonly string[];
}

/** A look at the thing after the change. */
export interface Look<S> {
  /** Null when it is not to be found. */
  readonly seen: Seen<S> | null;
  /** As in a plan; null when it cannot be told. */
  readonly version: Readonly<Record<string, unknown>> | null;
}

/** What the service answered to the change. */
export interface Sent<S> {
  /** The state that the answer shows; null when it shows too little. */
  readonly shown: Seen<S> | null;
  /** The plaintext of a key just made. */
  readonly secret?: Secret | null;
}

/** How a call ended, for the tool to put into words. `E` is what the service answered. */
export type Outcome<S, E> = PlannedOutcome | EndedOutcome<S, E>;
export type EndedOutcome<S, E> = UnchangedOutcome<S> | MadeOutcome<S, E>;

/** Nothing was changed: the person must be asked first. */
export interface PlannedOutcome {
  readonly status: "confirmation_required";
  readonly details: Details;
  readonly token: string;
  readonly expiresAt: Date;
}

export interface UnchangedOutcome<S> {
  readonly status: "no_change";
  readonly state: S | null;
  /** True when somebody else made the change between the plan and its sending. */
  readonly isByOthers: boolean;
}

export interface MadeOutcome<S, E> {
  /** `applied` only when a look at the service shows the state that was asked for. */
  readonly status: "applied" | "accepted_not_confirmed";
  readonly after: S | null;
  /** What `status` rests on. */
  readonly evidence: "read_back" | "service_answer" | null;
  /** Null when the answer was lost, and the change was found by looking. */
  readonly sent: E | null;
  readonly secret: Secret | null;
  /** Where the plaintext was written to; the result then holds none. */
  readonly secretFile: string | null;
  readonly remarks: readonly string[];
  /** Why it could not be confirmed, when the look itself failed. */
  readonly doubt: string | null;
}

/**
 * A tool that changes something, in parts. The author says how to read, what to send, and how to look; when and whether
 * anything is sent is not theirs to decide: only the guard calls `send`, and only it has the writes to hand over.
 */
export interface WriteDefinition<I extends z.ZodObject, O extends z.ZodObject, T, S, E extends Sent<S>>
  extends Definition<"manager", I, O> {
  readonly effect: "create" | "change";
  /** The tool that shows the state, for the reader to check. */
  readonly checkWith: string;
  /** A conflict is an explicit refusal; with this, the same change is sent once more when the target is still the approved one. */
  readonly resendsAfterConflict?: boolean;
  /** Reads only. Runs again right before the change is sent. */
  plan(args: z.output<I>, context: PlanContext): Promise<Plan<T, S>>;
  /** Reads only; runs when a person is to see the plan. What cannot be read is left out. */
  describe(args: z.output<I>, plan: Plan<T, S>, context: PlanContext): Promise<Details>;
  /** One change, by one method of `writes`. */
  send(args: z.output<I>, plan: Plan<T, S>, writes: ManagerWrites): Promise<E>;
  /** Reads only. @param sent null when the answer was lost */
  look(args: z.output<I>, plan: Plan<T, S>, api: ManagerApi, sent: E | null): Promise<Look<S>>;
  report(args: z.output<I>, plan: Plan<T, S>, outcome: Outcome<S, E>, now: Date): z.input<O>;
}
