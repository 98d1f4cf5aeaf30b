import type { Context } from "hono";
import { idOf } from "../dataset/ids.ts";
import type { Env, Simulation } from "../simulation.ts";
import { sendBare, wrap } from "./envelope.ts";

type Row = Record<string, unknown>;

export interface ListSource {
  /** Name of the rows in the containers `data.plural` and `plural`. */
  plural: string;
  total: number;
  /** At most `limit` rows from `offset` on. */
  rows: (offset: number, limit: number) => Row[];
  /** Page size when the request names none; null = the route does not page. */
  defaultSize: number | null;
}

interface Slice {
  rows: Row[];
  total: number;
  /** `page` and `pageSize`, empty on a route that does not page. */
  paging: Row;
}

/** Answers one page of a list in the container of the switch `listContainer`. */
export function sendList(c: Context<Env>, source: ListSource): Response {
  const sim = c.get("sim");
  const slice = cut(c, sim, source);
  const { rows, total, paging } = slice;
  const saas = (data: unknown) => sendBare(wrap(sim.switches.saasEnvelope, data));
  switch (sim.switches.listContainer) {
    case "data.data":
      return saas({ data: rows, ...totalField(sim, slice) });
    case "data.items":
      return saas({ items: rows, ...totalField(sim, slice) });
    case "data.plural":
      return saas({ [source.plural]: rows, ...totalField(sim, slice) });
    case "data":
      return sendBare({ ...envelopeHead(sim), data: rows, ...totalField(sim, slice) });
    case "plural":
      return sendBare({ [source.plural]: rows, ...totalField(sim, slice) });
    case "items":
      return sendBare({ items: rows, ...totalField(sim, slice) });
    case "root":
      return sendBare(rows);
    case "null":
      return saas({ data: null, ...totalField(sim, { rows: [], total: 0, paging }) });
    case "unknown":
      return saas({ list: rows, count: total });
  }
}

function envelopeHead(sim: Simulation): Row {
  return sim.switches.saasEnvelope === "full" ? { code: 0, message: "ok" } : {};
}

function totalField(sim: Simulation, { total, paging }: Slice): Row {
  switch (sim.switches.totalPlace) {
    case "total":
      return { total, ...paging };
    case "meta":
      return { meta: { total, ...paging } };
    case "pagination":
      return { pagination: { total, ...paging } };
    case "none":
      return {};
  }
}

function cut(c: Context<Env>, sim: Simulation, source: ListSource): Slice {
  if (source.defaultSize === null) return { rows: source.rows(0, source.total), total: source.total, paging: {} };
  const page = positive(c.req.query("page"), 1);
  const pageSize = Math.min(positive(c.req.query("pageSize"), source.defaultSize), sim.switches.maxPageSize);
  const offset = (page - 1) * pageSize;
  const paging = { page, pageSize };
  if (sim.switches.pages === "repeat") {
    return { rows: source.rows(0, pageSize), total: Math.max(source.total, 10 * pageSize), paging };
  }
  if (sim.switches.pages === "endless")
    return { rows: endless(sim, source, offset, pageSize), total: offset + 10 * pageSize, paging };
  return { rows: source.rows(offset, pageSize), total: source.total, paging };
}

/** Real rows first, then the same rows again under ids that were never seen before. */
function endless(sim: Simulation, source: ListSource, offset: number, limit: number): Row[] {
  const rows = source.rows(offset, limit);
  const pattern = source.rows(0, Math.min(limit, source.total));
  for (let i = rows.length; i < limit && pattern.length > 0; i += 1) {
    rows.push({ ...pattern[i % pattern.length], id: idOf(sim.world.seed, "phantom", offset + i) });
  }
  return rows;
}

function positive(text: string | undefined, fallback: number): number {
  const number = Number(text);
  return text !== undefined && Number.isInteger(number) && number > 0 ? number : fallback;
}
