import * as z from "zod";
import { ApiError } from "../api/errors.ts";
import type { Note } from "../finops/basis.ts";
import { facts, plainBasis } from "./answer.ts";

const STATUSES = ["applied", "accepted_not_confirmed", "no_change"] as const;

/** The answer of a tool that changes something: what was there, what is there now, and how sure that is. */
export function writeAnswer<S extends z.ZodObject, F extends z.ZodRawShape>(state: S, fields: F) {
  return facts({
    status: z.enum(STATUSES),
    before: state.nullable(),
    after: state.nullable(),
    remarks: z.array(z.string()),
    ...fields,
  });
}

/** One answer about a change; a status of `no_change` says that nothing was sent, or nothing was left to do. */
export function writeResult<S>(
  now: Date,
  source: string,
  result: {
    headline: string;
    status: (typeof STATUSES)[number];
    before: S | null;
    after: S | null;
    remarks?: readonly string[];
    notes?: readonly Note[];
  },
) {
  const { headline, notes = [], remarks = [], ...states } = result;
  return { headline, basis: plainBasis(now, [source], { notes: [...notes] }), ...states, remarks: [...remarks] };
}

/** What became of a change that the service has accepted. */
export interface Settled<S> {
  /** `applied` only when the service shows the state that was asked for. */
  readonly status: "applied" | "accepted_not_confirmed";
  readonly after: S | null;
  readonly remarks: readonly string[];
  readonly notes: readonly Note[];
}

interface Proof<S> {
  /** What the service answered to the change; null when it did not say enough to prove it. */
  readonly echo: S | null;
  /** A second look, when the echo proves nothing; null when the thing is not to be found. */
  readonly readBack: () => Promise<S | null>;
  /** How the state differs from what was asked for, each as `the status active, not revoked`. Empty: as asked for. */
  readonly differences: (state: S) => readonly string[];
  /** The tool that shows the state, for the reader to check. */
  readonly checkWith: string;
}

/**
 * Judges an accepted change. It never throws: the change has been sent, so a failing second look leaves it unconfirmed, and
 * an error could be read as "nothing was changed".
 */
export async function settle<S>({ echo, readBack, differences, checkWith }: Proof<S>): Promise<Settled<S>> {
  if (echo !== null) return judge(echo, differences);
  try {
    const seen = await readBack();
    if (seen !== null) return judge(seen, differences);
    return unconfirmed(`The change was accepted, but a second look did not find it; check with ${checkWith}.`);
  } catch (error) {
    const reason = error instanceof ApiError ? error.code : "unexpected failure";
    return unconfirmed(`The change was accepted, but reading it back failed (${reason}); check with ${checkWith}.`);
  }
}

function judge<S>(state: S, differences: Proof<S>["differences"]): Settled<S> {
  const found = differences(state);
  if (found.length === 0) return { status: "applied", after: state, remarks: [], notes: [] };
  const remark = `The service now reports ${found.join(" and ")}.`;
  return { status: "accepted_not_confirmed", after: state, remarks: [remark], notes: [] };
}

function unconfirmed(text: string): Settled<never> {
  return { status: "accepted_not_confirmed", after: null, remarks: [], notes: [{ code: "sub_call_failed", text }] };
}
