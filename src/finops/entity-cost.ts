import type { Note } from "./basis.ts";
import { addKnown, type Micro, toMicroOrNull, toUsdOrNull } from "./money.ts";
import { byText } from "./rank.ts";

/** One element of a cut (an agent, a department, a model …) as a source reports it for one window. */
export interface EntityCost {
  id: string;
  name: string | null;
  costUsd: number | null;
  requests: number | null;
}

/** The elements of one cut; `complete` is false when rows may be missing, so that an absent id says nothing. */
export interface EntityList {
  rows: readonly EntityCost[];
  complete: boolean;
  /** What was left out when the rows were made. */
  notes?: readonly Note[];
}

export interface EntityRow {
  id: string;
  name: string | null;
  costMicro: Micro | null;
  requests: number | null;
}

/** One model's usage as a source reports it. */
export interface ModelRow {
  provider: string | null;
  model: string;
  costUsd: number | null;
  requests: number | null;
  tokens: number | null;
}

/**
 * Reads the rows of a cut: equal repeats count once, different ones are flagged and their money left out, zeros of a degraded
 * source are unknown. Sorted by id, so that the order of the source never matters.
 */
export function mergeEntities(rows: readonly EntityCost[], degraded = false): { rows: EntityRow[]; notes: Note[] } {
  const byId = new Map<string, EntityCost[]>();
  for (const row of rows) byId.set(row.id, [...(byId.get(row.id) ?? []), row]);
  const merged: EntityRow[] = [];
  let conflicting = 0;
  for (const [id, found] of byId) {
    const [first] = found;
    if (!first) continue;
    const agree = found.every((row) => row.costUsd === first.costUsd && row.requests === first.requests);
    if (!agree) conflicting += 1;
    merged.push({
      id,
      name: first.name,
      costMicro: agree ? believed(toMicroOrNull(first.costUsd), degraded) : null,
      requests: agree ? believed(first.requests, degraded) : null,
    });
  }
  const repeats = rows.length - byId.size;
  return { rows: merged.sort((a, b) => byText(a.id, b.id)), notes: repeatNotes(repeats, conflicting) };
}

/** Models as elements of a cut, so that they rank and move like any other; rows of one provider and model are added up. */
export function modelsAsEntities(rows: readonly ModelRow[]): EntityList {
  const entities = mergeModels(rows).map(({ id, model, costUsd, requests }) => ({
    id,
    name: model,
    costUsd,
    requests,
  }));
  return { rows: entities, complete: true, notes: repeatedModels(rows) };
}

/** The note owed for rows that are equal in every figure: told twice, or two uses that happen to look the same. */
export function repeatedModels(rows: readonly ModelRow[]): Note[] {
  const repeats = rows.length - new Set(rows.map(printOf)).size;
  if (repeats === 0) return [];
  const what = `Model records equal to another in every figure: ${repeats}`;
  const text = `${what}. They count once; if they are use of their own, that money belongs to no row here.`;
  return [{ code: "over_attributed", text }];
}

function printOf({ provider, model, costUsd, requests, tokens }: ModelRow): string {
  return JSON.stringify([provider, model, costUsd, requests, tokens]);
}

/** Adds up rows of equal provider and model; rows equal in every figure are one row told twice. */
export function mergeModels(rows: readonly ModelRow[]): (ModelRow & { id: string })[] {
  const merged = new Map<string, ModelRow & { id: string }>();
  const seen = new Set<string>();
  for (const row of rows) {
    const print = printOf(row);
    if (seen.has(print)) continue;
    seen.add(print);
    const id = row.provider === null ? row.model : `${row.provider}/${row.model}`;
    const known = merged.get(id);
    merged.set(id, known ? addRows(known, row) : { ...row, id });
  }
  return [...merged.values()].sort((a, b) => byText(a.id, b.id));
}

function addRows<T extends ModelRow>(a: T, b: ModelRow): T {
  return {
    ...a,
    costUsd: toUsdOrNull(addKnown(toMicroOrNull(a.costUsd), toMicroOrNull(b.costUsd))),
    requests: addKnown(a.requests, b.requests),
    tokens: addKnown(a.tokens, b.tokens),
  };
}

function believed(value: number | null, degraded: boolean): number | null {
  return degraded && value === 0 ? null : value;
}

function repeatNotes(repeats: number, conflicting: number): Note[] {
  if (conflicting > 0) {
    const text = `${conflicting} ids were reported more than once with different figures; their money is not counted.`;
    return [{ code: "over_attributed", text }];
  }
  if (repeats === 0) return [];
  return [{ code: "over_attributed", text: `${repeats} duplicate records ignored: each id is counted once.` }];
}
