import type { ManagerApi } from "../api/manager.ts";
import type { MasterKey } from "../api/resources/master-keys.ts";
import { invalidArgument, ToolError } from "../tool/errors.ts";
import { quoted, word } from "../tool/quote.ts";

/** The provider key that a new virtual key will stand on. */
export interface ChosenMasterKey {
  readonly id: string;
  /** Null when the list was incomplete and did not hold it. */
  readonly key: MasterKey | null;
}

/** More than this would bury the message. */
const MAX_CANDIDATES = 12;

/**
 * The master key asked for, or the only usable one when none was asked for. Nothing is guessed: with several, the error lists
 * them.
 * @throws ToolError INVALID_ARGUMENT or NOT_FOUND, with the candidates
 */
export async function chooseMasterKey(api: ManagerApi, wanted: string | undefined): Promise<ChosenMasterKey> {
  const { rows, complete } = await api.masterKeys();
  const usable = rows.filter(({ status }) => status === null || status === "active");
  if (wanted === undefined) {
    const [only, second] = usable;
    if (only !== undefined && second === undefined && complete) return { id: only.id, key: only };
    const problem = usable.length === 0 ? "This workspace has no usable master key." : "master_key_id is needed.";
    throw invalidArgument(
      `${problem} ${describe(rows)}`,
      usable.length === 0 ? null : "Ask the person which one to use.",
    );
  }
  const key = rows.find(({ id }) => id === wanted) ?? null;
  if (key === null && complete) {
    throw new ToolError("NOT_FOUND", `There is no master key ${wanted} in this workspace. ${describe(rows)}`);
  }
  if (key !== null && !usable.includes(key)) {
    throw invalidArgument(`Master key ${wanted} is ${word(key.status ?? "of no known status")}. ${describe(rows)}`);
  }
  return { id: wanted, key };
}

/** Each as `id "label" ("provider", status)`; texts are quoted, because they are data of other people. */
function describe(keys: readonly MasterKey[]): string {
  if (keys.length === 0) return "It has no master keys.";
  const shown = keys.slice(0, MAX_CANDIDATES).map(({ id, label, provider, status }) => {
    const traits = [provider && quoted(provider), status && word(status)].filter(Boolean).join(", ");
    return `${id}${label === null ? "" : ` ${quoted(label)}`}${traits ? ` (${traits})` : ""}`;
  });
  const rest = keys.length > shown.length ? `; and ${keys.length - shown.length} more` : "";
  return `Master keys: ${shown.join("; ")}${rest}.`;
}

/** `master key "OpenAI production" (3f9c…)`, with the whole id. */
export function masterKeyName({ id, key }: ChosenMasterKey): string {
  return `master key ${key?.label ? `${quoted(key.label)} (${id})` : id}`;
}
