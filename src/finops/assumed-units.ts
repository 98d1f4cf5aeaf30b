import type { Note } from "./basis.ts";

/** What has to be assumed about figures whose unit the service does not document; nothing when there are no such figures. */
export function assumedUnits({ success = false, latency = false }: { success?: boolean; latency?: boolean }): Note[] {
  const texts = [
    ...(success ? ["success rate as percent (a value up to 1 as a fraction)"] : []),
    ...(latency ? ["latency as milliseconds"] : []),
  ];
  if (texts.length === 0) return [];
  return [{ code: "unit_unknown", text: `Units the service does not document are assumed: ${texts.join(", ")}.` }];
}
