import { ConflictError } from "../api/errors.ts";
import type { KeyEcho, ManagerApi, ManagerWrites } from "../api/manager.ts";
import { type KeyState, readKeyState } from "./virtual-key.ts";

export const REVOKED = "revoked";

/** What a revocation came to: the service's answer, or the state of a key that somebody else has revoked in the meantime. */
export type Revocation = { readonly echo: KeyEcho } | { readonly alreadyRevoked: KeyState };

/** @throws ConflictError when the service reports a conflict and the key is not revoked, or cannot be looked at */
export async function revoke(api: ManagerApi, writes: ManagerWrites, id: string): Promise<Revocation> {
  try {
    return { echo: await writes.revokeKey(id) };
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const state = await readKeyState(api, id).catch(() => null);
    if (state?.status !== REVOKED) throw error;
    return { alreadyRevoked: state };
  }
}

export function revocationDifferences({ status }: KeyState): string[] {
  return status === REVOKED ? [] : [`the status ${status ?? "not at all"}, not ${REVOKED}`];
}
