import { createHash, randomBytes } from "node:crypto";
import { isCredentialShaped } from "../secret.ts";
import { ToolError } from "./errors.ts";

/** What a token stands for: this plan, of these arguments, for this credential, on this state of the target. */
export interface PlannedChange {
  readonly planId: string;
  /** For the record of changes. */
  readonly targetId: string | null;
  readonly principal: string;
  readonly tool: string;
  /** Digest of the arguments. */
  readonly argsDigest: string;
  /** Digest of the fields whose change makes the plan void. */
  readonly version: string;
}

export type Claim = Pick<PlannedChange, "principal" | "tool" | "argsDigest">;

export const TOKEN_TTL_MS = 5 * 60_000;
/** Beyond this the oldest is dropped, so that a client that only plans cannot fill the memory. */
const MOST = 100;
const TOKEN_BYTES = 32;

interface Ticket {
  readonly change: PlannedChange;
  readonly issuedAt: number;
}

/**
 * The open plans of one process. A token is known by its hash alone, lives in memory only, and ends with its first use,
 * whatever comes of it.
 */
export class Tokens {
  readonly #monotonic: () => number;
  readonly #open = new Map<string, Ticket>();
  readonly #spent = new Set<string>();

  /** @param monotonic milliseconds of a clock that never jumps */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  issue(change: PlannedChange): string {
    const token = freshToken();
    this.#open.set(hashOf(token), { change, issuedAt: this.#monotonic() });
    dropOldest(this.#open);
    return token;
  }

  /**
   * Takes a token out, synchronously: of several uses at once only the first one finds it.
   * @throws ToolError CONFIRMATION_USED, _INVALID, _EXPIRED, or _MISMATCH when it was given for something else
   */
  take(token: string, claim: Claim): PlannedChange {
    const hash = hashOf(token);
    if (this.#spent.has(hash)) throw refusal("CONFIRMATION_USED", "This confirmation_token was used before.");
    const ticket = this.#open.get(hash);
    if (ticket === undefined) {
      throw refusal("CONFIRMATION_INVALID", "This confirmation_token was not given out by this process.");
    }
    this.#open.delete(hash);
    this.#spent.add(hash);
    dropOldest(this.#spent);
    const { change, issuedAt } = ticket;
    if (this.#monotonic() - issuedAt > TOKEN_TTL_MS) {
      throw refusal("CONFIRMATION_EXPIRED", "This confirmation_token is older than 5 minutes.");
    }
    const isSame =
      change.principal === claim.principal && change.tool === claim.tool && change.argsDigest === claim.argsDigest;
    if (!isSame) {
      throw refusal(
        "CONFIRMATION_MISMATCH",
        "This confirmation_token belongs to another tool or other arguments, and is spent now.",
      );
    }
    return change;
  }
}

/** How a token is named where it may be seen: it cannot be found from these digits. */
export function tokenHashPrefix(token: string): string {
  return hashOf(token).slice(0, 8);
}

/** A token that looks like a credential would be blanked on its way out, and one with the beginning of one by other programs. */
function freshToken(): string {
  for (;;) {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    if (!/vk-|pat_/.test(token) && !isCredentialShaped(token)) return token;
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Both kinds of collection keep the order of insertion. */
function dropOldest(held: Map<string, unknown> | Set<string>): void {
  for (const hash of held.keys()) {
    if (held.size <= MOST) return;
    held.delete(hash);
  }
}

function refusal(code: `CONFIRMATION_${"USED" | "INVALID" | "EXPIRED" | "MISMATCH"}`, message: string): ToolError {
  return new ToolError(
    code,
    message,
    "Call again without confirmation_token for a new plan, and ask the person again.",
  );
}
