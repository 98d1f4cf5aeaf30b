import * as z from "zod";
import { changeText } from "../finops/change.ts";
import { usdText } from "../finops/money.ts";
import { change, count, figure, percent, text, type View } from "./audit-figures.ts";
import { renderTable } from "./table.ts";

// Money by department and by model: rows, the rest, what belongs to nobody, and the total they add up to.

const costs = z.object({
  other: z.object({ count: z.number(), cost_usd: z.number(), share_pct: figure }),
  unattributed_usd: figure,
  unattributed_pct: figure,
  total_cost_usd: figure,
});
const costRow = z.object({ cost_usd: figure, share_pct: figure, requests: figure, change });
const departments = costs.extend({ rows: z.array(costRow.extend({ id: z.string(), name: text })) });
const models = costs.extend({
  models: z.array(costRow.extend({ provider: z.string().nullable(), model: z.string() })),
});

export const showDepartments: View = (data, width) => {
  const { rows, ...rest } = departments.parse(data);
  const named = rows.map((row) => ({ ...row, name: row.name ?? row.id }));
  return costTable("Department", named, rest, width);
};

export const showModels: View = (data, width) => {
  const { models: rows, ...rest } = models.parse(data);
  const named = rows.map((row) => ({
    ...row,
    name: row.provider === null ? row.model : `${row.provider}/${row.model}`,
  }));
  return costTable("Model", named, rest, width);
};

function costTable(
  head: string,
  rows: readonly (z.output<typeof costRow> & { name: string })[],
  { other, unattributed_usd: rest, unattributed_pct: restPct, total_cost_usd: total }: z.output<typeof costs>,
  width: number,
): string[] {
  const columns = [
    { head, shrinkTo: 12 },
    { head: "Spend", align: "right" },
    { head: "Share", align: "right" },
    { head: "Requests", align: "right", mayDrop: true },
    { head: "Change", mayDrop: true },
  ] as const;
  const cells = rows.map(
    (row) => [row.name, usdText(row.cost_usd), percent(row.share_pct), count(row.requests), changeText(row.change)],
    width,
  );
  if (other.count > 0) cells.push([`${other.count} other`, usdText(other.cost_usd), percent(other.share_pct)]);
  if (rest !== 0 && rest !== null)
    cells.push(["unattributed", usdText(rest), restPct === null ? "" : percent(restPct)]);
  cells.push(["Total", usdText(total)]);
  return renderTable(columns, cells, width);
}
