import type { ManagerApi } from "../api/manager.ts";
import type { Note } from "../finops/basis.ts";
import { keyCapSums } from "../finops/key-caps.ts";

/** One page of the service's largest size is read; more keys than that would cost more calls than this side note is worth. */
const PAGE_SIZE = 200;

/**
 * The sum of what all active keys together may spend, where one page tells; else null with a note. Without a total only an
 * empty second page tells that the first was all, because a service may send smaller pages than were asked for.
 */
export async function keyCaps(api: ManagerApi): Promise<{ sumUsd: number | null; notes: Note[] }> {
  const { rows, total } = await api.keys({ page: 1, pageSize: PAGE_SIZE });
  const isAll = total === null ? await isLastPage(api, rows) : total <= rows.length;
  if (!isAll) {
    const text = `The caps of ${rows.length} of ${total ?? "an unknown number of"} keys were read, so their sum is not told.`;
    return { sumUsd: null, notes: [{ code: "truncated_rows", text }] };
  }
  const { result, notes } = keyCapSums(rows);
  return { sumUsd: result, notes };
}

async function isLastPage(api: ManagerApi, first: readonly { id: string }[]): Promise<boolean> {
  if (first.length === 0 || first.length >= PAGE_SIZE) return first.length === 0;
  const seen = new Set(first.map(({ id }) => id));
  const { rows } = await api.keys({ page: 2, pageSize: PAGE_SIZE });
  return rows.every(({ id }) => seen.has(id));
}
