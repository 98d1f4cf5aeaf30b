import { randomBytes } from "node:crypto";
import { type Audit, type AuditEntry, AuditUnavailable } from "./audit.ts";
import { ToolError } from "./errors.ts";

type Told = Omit<AuditEntry, "event" | "tool" | "planId" | "targetId" | "args">;

export interface ChangeFacts extends Pick<AuditEntry, "tool" | "args"> {
  /** Opens the record with the first entry. */
  readonly audit: () => Promise<Audit>;
}

/** The record of one change. What must be on record before a change cannot be skipped; what comes after it is tried. */
export class ChangeRecord {
  readonly #facts: ChangeFacts;
  #planId: string;
  #targetId: string | null = null;

  constructor(facts: ChangeFacts) {
    this.#facts = facts;
    this.#planId = randomBytes(8).toString("hex");
  }

  /** Ties the steps of one change together, also when they fall into two calls. */
  get planId(): string {
    return this.#planId;
  }

  continues(planId: string): void {
    this.#planId = planId;
  }

  about(targetId: string | null): void {
    this.#targetId = targetId;
  }

  /** @throws ToolError AUDIT_UNAVAILABLE */
  async require(event: "plan" | "confirm" | "intent", told: Told = {}): Promise<void> {
    try {
      await this.#write(event, told);
    } catch (error) {
      const problem = error instanceof AuditUnavailable ? error.message : null;
      throw new ToolError(
        "AUDIT_UNAVAILABLE",
        problem ?? "The record of changes cannot be written.",
        "Changes are refused until it can be; reading works.",
      );
    }
  }

  /** @returns false when it could not be written: too late to refuse anything */
  async note(event: "result" | "denied", told: Told): Promise<boolean> {
    try {
      await this.#write(event, told);
      return true;
    } catch {
      return false;
    }
  }

  async #write(event: AuditEntry["event"], told: Told): Promise<void> {
    const { audit, tool, args } = this.#facts;
    await (await audit()).record({ event, tool, planId: this.#planId, targetId: this.#targetId, args, ...told });
  }
}
