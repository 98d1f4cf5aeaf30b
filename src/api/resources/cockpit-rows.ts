import { rowOf, unwrap } from "../envelope.ts";
import { type FoundRows, findRows } from "../list.ts";
import type { Payload } from "../payload.ts";
import { isRecord, own } from "../record.ts";

const KNOWN = ["degraded", "dataSource", "period", "pagination"];

/**
 * The rows of a cockpit answer, which stand in `data` beside `degraded`, with or without an envelope round both. There, unlike
 * elsewhere, `data: null` is an empty list: the fields beside it prove that the answer was understood.
 */
export function findCockpitRows(payload: Payload): FoundRows {
  const node = unwrap(payload.root, KNOWN);
  if (
    isRecord(node) &&
    own(node, "data") === null &&
    KNOWN.slice(0, 2).some((name) => rowOf(node, payload).has(name))
  ) {
    return {
      rows: [],
      total: rowOf(node, payload).row("pagination")?.nonNegative("total") ?? null,
      beside: rowOf(node, payload),
    };
  }
  return findRows({ ...payload, root: node }, []);
}
