import type { Answer } from "../api/spend.ts";
import { degradedNote, type Note } from "../finops/basis.ts";

/** What the service itself said of its answer: that it has no live data, and its own words, quoted as data. */
export function notesOnAnswer(
  name: string,
  { degraded, message }: Pick<Answer<unknown>, "degraded" | "message">,
): Note[] {
  const quoted = message === null ? "" : ` The service says: ${JSON.stringify(message)}.`;
  if (degraded) return [{ code: "degraded_source", text: degradedNote(name).text + quoted }];
  return message === null ? [] : [{ code: "degraded_source", text: `${name} came with a remark.${quoted}` }];
}
