import type { VirtualKey } from "../api/resources/virtual-keys.ts";
import type { EndedOutcome } from "../tool/change.ts";
import { word } from "../tool/quote.ts";

export const REVOKED = "revoked";

export function revocationDifferences({ status }: Pick<VirtualKey, "status">): string[] {
  return status === REVOKED ? [] : [`the status ${status === null ? "not at all" : word(status)}, not ${REVOKED}`];
}

/** The fields whose change makes a planned revocation void. */
export function revocationVersion(id: string, key: VirtualKey | null) {
  const { label, status, entityType, entityId } = key ?? {};
  return { id, label, status, entityType, entityId };
}

/** @param name such as `virtual key "CS-Bot-Key"` */
export function revocationHeadline(name: string, outcome: EndedOutcome<unknown, unknown>): string {
  switch (outcome.status) {
    case "no_change":
      return outcome.isByOthers
        ? `The ${name} was revoked by somebody else in the meantime.`
        : `The ${name} is already revoked; nothing was sent.`;
    case "applied":
      return `The ${name} is revoked; calls with it are refused from now on.`;
    case "accepted_not_confirmed":
      return `The service accepted the revocation of ${name}, but it is not confirmed.`;
  }
}
