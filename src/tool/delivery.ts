import type { Secret } from "../secret.ts";
import { ToolError } from "./errors.ts";
import type { ChangeRules } from "./guard.ts";
import { type KeyFile, KeyFileUnavailable } from "./key-file.ts";

/** Where the plaintext of a new key ended up. */
export interface Delivered {
  readonly secret: Secret | null;
  readonly secretFile: string | null;
  readonly remarks: readonly string[];
}

/**
 * Makes the file for the plaintext before the key exists, when the operator wants one.
 * @throws ToolError AUDIT_UNAVAILABLE: what must be kept could not be kept
 */
export async function reserveFor(
  revealsSecret: boolean,
  { keyDelivery, reserveKeyFile }: ChangeRules,
): Promise<KeyFile | null> {
  if (!revealsSecret || keyDelivery !== "file") return null;
  try {
    return await reserveKeyFile();
  } catch (error) {
    const problem = error instanceof KeyFileUnavailable ? error.message : "The file for the new secret cannot be made.";
    throw new ToolError(
      "AUDIT_UNAVAILABLE",
      problem,
      "ALEPHANT_KEY_DELIVERY=file needs a folder that can be written to.",
    );
  }
}

/** Hands the plaintext over once. It never throws: the key exists by now, and that must be told. */
export async function deliver(secret: Secret | null, file: KeyFile | null): Promise<Delivered> {
  if (file === null) return { secret, secretFile: null, remarks: [] };
  if (secret === null) {
    await discard(file);
    return { secret: null, secretFile: null, remarks: [] };
  }
  try {
    return { secret: null, secretFile: await file.deliver(secret), remarks: [] };
  } catch {
    const remark =
      "The secret could not be written to its file and is not shown here: revoke the key and create another.";
    return { secret: null, secretFile: null, remarks: [remark] };
  }
}

/** An empty file left behind is untidy, and no reason to fail. */
export async function discard(file: KeyFile | null): Promise<void> {
  await file?.discard().catch(() => {});
}
