import type { ManagerApi } from "../api/manager.ts";
import type { Note } from "../finops/basis.ts";
import { sumOfCapsUsd } from "../finops/key-caps.ts";

/** One page of the service's largest size is read; more keys than that would cost more calls than this side note is worth. */
const PAGE_SIZE = 200;

/** The sum of what all active keys together may spend, where one page tells; else null with a note. */
export async function keyCaps(api: ManagerApi): Promise<{ sumUsd: number | null; notes: Note[] }> {
  const { rows, total } = await api.keys({ page: 1, pageSize: PAGE_SIZE });
  if (total === null ? rows.length >= PAGE_SIZE : total > rows.length) {
    const text = `The caps of ${rows.length} of ${total ?? "an unknown number of"} keys were read, so their sum is not told.`;
    return { sumUsd: null, notes: [{ code: "truncated_rows", text }] };
  }
  return { sumUsd: sumOfCapsUsd(rows), notes: [] };
}
