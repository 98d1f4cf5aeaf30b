import type { Recorded } from "./recorded.ts";

/** Everything the record tells about one change, from its plan to its end. */
export interface Change {
  readonly planId: string;
  readonly tool: string;
  readonly targetId: string | null;
  readonly principal: string;
  /** Instants of its first and last line. */
  readonly from: string;
  readonly to: string;
  readonly args: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly approval: "elicit" | "token" | null;
  readonly outcome: ChangeOutcome;
  readonly code: string | null;
  readonly events: readonly Recorded["event"][];
}

/** `unknown` covers a change that was about to be sent when its process ended. */
export type ChangeOutcome = "applied" | "not_applied" | "rejected" | "unknown" | "denied" | "not_sent";

/** Puts the lines of each change together; the changes are in the order of their first lines. */
export function toChanges(lines: readonly Recorded[]): Change[] {
  const byPlan = new Map<string, Recorded[]>();
  for (const line of lines) {
    const steps = byPlan.get(line.plan_id);
    if (steps === undefined) byPlan.set(line.plan_id, [line]);
    else steps.push(line);
  }
  return [...byPlan.values()].flatMap((steps) => {
    const [first] = steps;
    return first === undefined ? [] : [toChange(first, steps)];
  });
}

function toChange(first: Recorded, steps: readonly Recorded[]): Change {
  const newest = <K extends keyof Recorded>(field: K) => steps.findLast((step) => step[field] !== undefined)?.[field];
  return {
    planId: first.plan_id,
    tool: first.tool,
    targetId: steps.findLast((step) => step.target_id !== null)?.target_id ?? null,
    principal: first.principal,
    from: first.ts,
    to: steps.at(-1)?.ts ?? first.ts,
    args: first.args,
    before: newest("before"),
    after: newest("after"),
    approval: newest("approval") ?? null,
    outcome: outcomeOf(steps),
    code: newest("code") ?? null,
    events: steps.map(({ event }) => event),
  };
}

function outcomeOf(steps: readonly Recorded[]): ChangeOutcome {
  const result = steps.findLast(({ event }) => event === "result");
  if (result !== undefined) return result.outcome ?? "unknown";
  if (steps.some(({ event }) => event === "intent")) return "unknown";
  return steps.some(({ event }) => event === "denied") ? "denied" : "not_sent";
}
