import type { HostSpec } from "./host-spec.ts";
import type { InputSpec } from "./launch.ts";

/** What is to stand in a host's file. */
export interface Wanted {
  readonly spec: HostSpec;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly inputs: readonly InputSpec[];
}

/** A file that cannot be changed without risk to what else stands in it; the message says why. */
export class EditError extends Error {
  override readonly name = "EditError";
}

const BYTE_ORDER_MARK = "\ufeff";

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The text of a file with the entry in it, everything else kept as it is: comments, order, indentation, line ends.
 * @param before null when there is no file yet
 * @throws EditError when the file cannot be read, or would lose or change anything else
 */
export async function editText(before: string | null, wanted: Wanted): Promise<string> {
  const mark = before?.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const text = (before ?? "").slice(mark.length);
  switch (wanted.spec.format) {
    case "json":
      return mark + (await import("./edit-json.ts")).editJson(text, wanted);
    case "toml":
      return mark + (await import("./edit-toml.ts")).editToml(text, wanted);
    case "yaml":
      throw new EditError("YAML files are not edited by this program.");
  }
}

/** The entry alone, as it would stand in a new file: for printing. */
export async function blockOf(wanted: Wanted): Promise<string> {
  if (wanted.spec.format !== "yaml") return editText(null, { ...wanted, spec: withoutRoot(wanted.spec) });
  return (await import("./print-yaml.ts")).yamlBlock(wanted);
}

function withoutRoot({ root: _root, ...spec }: HostSpec): HostSpec {
  return spec;
}
