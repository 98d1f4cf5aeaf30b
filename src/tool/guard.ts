import { setTimeout as delay } from "node:timers/promises";
import type { Audit } from "./audit.ts";
import type { Person } from "./confirm.ts";
import type { Deadline } from "./deadline.ts";
import type { KeyFile } from "./key-file.ts";
import { createLane, type Lane } from "./lane.ts";
import type { Policy } from "./policy.ts";
import { QuestionDesk } from "./question-desk.ts";
import { Tokens } from "./tokens.ts";

/** Time as the guard needs it; a parameter, so that minutes can be tested without waiting. */
export interface GuardClock {
  /** Milliseconds of a clock that never jumps: a changed wall clock lengthens no approval. */
  monotonic(): number;
  /** @throws when the signal is aborted */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: GuardClock = {
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};

/** What all changes of one process share. */
export interface Guard {
  readonly clock: GuardClock;
  readonly tokens: Tokens;
  readonly desk: QuestionDesk;
  /** One change is read again, sent and looked at before the next one is: the second of two equal approvals finds the first. */
  readonly lane: Lane;
}

export function createGuard(clock: GuardClock = SYSTEM_CLOCK): Guard {
  const monotonic = () => clock.monotonic();
  return { clock, tokens: new Tokens(monotonic), desk: new QuestionDesk(monotonic), lane: createLane() };
}

/** How changes are handled here; the settings are the operator's, never a caller's. */
export interface ChangeRules {
  /** Asked before a change is shown, and again right before it is sent. */
  readonly policy: Policy;
  /** The record of changes, loaded with the first one; writing to it throws AuditUnavailable. */
  readonly audit: () => Promise<Audit>;
  /** `elicit`: only a question of the host to a person confirms a change. `auto`: a token does where the host cannot ask. */
  readonly confirmWith: "auto" | "elicit";
  /** Where the plaintext of a new key goes: into the result, or into a file of which the result gives the path. */
  readonly keyDelivery: "result" | "file";
  /** Makes that file, before the key is asked for. @throws KeyFileUnavailable */
  readonly reserveKeyFile: () => Promise<KeyFile>;
  /** Fingerprint of the credential: who an approval was given to. */
  readonly principal: string;
  /** Applied to every text that leaves in a result. */
  readonly redact: (text: string) => string;
}

/** What a change needs besides what every call has. */
export interface ChangeSupport {
  readonly guard: Guard;
  readonly rules: ChangeRules;
  readonly person: Person;
  readonly deadline: Deadline;
  /** Told when a changing request is about to leave. */
  readonly onSend: () => void;
}
