import { ApiError } from "../api/errors.ts";
import type { MadeOutcome, Seen, Sent } from "./change.ts";
import { Deadline } from "./deadline.ts";
import type { GuardClock } from "./guard.ts";

/** What a look at the service showed. */
export interface Sight<S> {
  /** Null when the thing is not to be found. */
  readonly seen: Seen<S> | null;
  /** True when it is proven to be still what the plan was made on. */
  readonly isBefore: boolean;
}

/** Looks at the service; the requests end with the signal. */
export type Looking<S> = (signal: AbortSignal) => Promise<Sight<S>>;

export type Settled<S> = Pick<MadeOutcome<S, unknown>, "status" | "after" | "evidence" | "remarks" | "doubt">;

/** Time for looking at a change that was sent, whatever is left of the call's own. */
const LOOK_MS = 10_000;
/** Long enough to see most changes that are made after the connection is lost. */
const APART_MS = 4_000;

/**
 * Judges an accepted change. An answer of success is no proof: the state is read back. It never throws, because an error could
 * be read as "nothing was changed".
 */
export async function settle<S>(sent: Sent<S>, looking: Looking<S>, checkWith: string): Promise<Settled<S>> {
  const { shown } = sent;
  if (shown !== null && shown.differences.length > 0) {
    return { status: "accepted_not_confirmed", after: shown.state, evidence: "service_answer", ...differing(shown) };
  }
  const deadline = new Deadline(LOOK_MS);
  try {
    const { seen } = await looking(deadline.signal);
    if (seen === null) return unproven(shown?.state ?? null, "a second look did not find it", checkWith);
    const isAsAsked = seen.differences.length === 0;
    const status = isAsAsked ? "applied" : "accepted_not_confirmed";
    return { status, after: seen.state, evidence: "read_back", ...differing(seen) };
  } catch (error) {
    const reason = error instanceof ApiError ? error.code : "unexpected failure";
    return unproven(shown?.state ?? null, `reading it back failed (${reason})`, checkWith);
  } finally {
    deadline.end();
  }
}

function differing({
  differences,
}: {
  readonly differences: readonly string[];
}): Pick<Settled<never>, "remarks" | "doubt"> {
  const remarks = differences.length === 0 ? [] : [`The service now reports ${differences.join(" and ")}.`];
  return { remarks, doubt: null };
}

/** @param shown what the service's own answer shows, as asked for; null when it showed nothing */
function unproven<S>(shown: S | null, why: string, checkWith: string): Settled<S> {
  const doubt = `The change was accepted, but ${why}; check with ${checkWith}.`;
  const evidence = shown === null ? null : "service_answer";
  return { status: "accepted_not_confirmed", after: shown, evidence, remarks: [], doubt };
}

/** What became of a change whose answer was lost. */
export type Finding<S> = { readonly state: S } | "not_applied" | "unknown";

/**
 * Looks twice, some seconds apart: a change that is seen was made; one that is proven absent both times was not made yet.
 * Nothing is ever sent again.
 */
export async function reconcile<S>(looking: Looking<S>, clock: GuardClock): Promise<Finding<S>> {
  const deadline = new Deadline(LOOK_MS);
  try {
    const first = await tryToLook(looking, deadline.signal);
    if (isAsAsked(first)) return first.seen;
    await clock.sleep(APART_MS, deadline.signal).catch(() => {});
    const second = await tryToLook(looking, deadline.signal);
    if (isAsAsked(second)) return second.seen;
    return first?.isBefore && second?.isBefore ? "not_applied" : "unknown";
  } finally {
    deadline.end();
  }
}

async function tryToLook<S>(looking: Looking<S>, signal: AbortSignal): Promise<Sight<S> | null> {
  if (signal.aborted) return null;
  return looking(signal).catch(() => null);
}

function isAsAsked<S>(sight: Sight<S> | null): sight is Sight<S> & { readonly seen: Seen<S> } {
  return sight !== null && sight.seen !== null && sight.seen.differences.length === 0;
}
