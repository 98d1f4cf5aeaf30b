import * as z from "zod";
import { renderTable } from "../../src/cli/table.ts";
import { changeText } from "../../src/finops/change.ts";
import { countText } from "../../src/finops/count.ts";
import { signedUsdText, usdText } from "../../src/finops/money.ts";

// What the demo shows of each answer: the most telling rows, read from the result as any client would.

export type View = (result: unknown, width: number) => string[];

const figure = z.number().nullable();
const name = z.string().optional();
const percent = (value: number | null): string => (value === null ? "unknown" : `${value.toFixed(1)}%`);
const count = (value: number | null): string => (value === null ? "unknown" : countText(value));

const connection = z.object({
  checks: z.array(z.object({ name: z.string(), status: z.string(), found: z.string(), latency_ms: z.number() })),
});

export const showConnection: View = (result, width) =>
  renderTable(
    [{ head: "Check" }, { head: "Status" }, { head: "ms", align: "right" }, { head: "Found", shrinkTo: 20 }],
    connection.parse(result).checks.map((check) => [check.name, check.status, String(check.latency_ms), check.found]),
    width,
  );

const changeWord = z.object({
  pct: figure,
  word: z.enum(["up", "down", "unchanged", "new", "stopped", "none", "unknown"]),
});
const dashboardBlock = <S extends z.ZodRawShape>(fields: S) =>
  z.object({ status: z.string(), reason: z.string().optional(), data: z.object(fields).nullable() });
const dashboard = z.object({
  blocks: z.object({
    spend: dashboardBlock({ total_cost_usd: figure, change: z.object({ cost: changeWord }) }),
    trend: dashboardBlock({
      spend: z.object({ sparkline: z.string(), direction: z.string(), change_pct: figure }).nullish(),
    }),
    movers: dashboardBlock({
      dimension: z.string(),
      rows: z.array(z.object({ id: z.string(), name, delta_usd: figure })),
    }),
    anomalies: dashboardBlock({ judged_days: z.number(), episodes: z.array(z.unknown()) }),
    budget: dashboardBlock({ used_pct: figure, budget_usd: figure }),
    live_24h: dashboardBlock({ total_cost_usd: figure, requests: figure }),
  }),
});

export const showDashboard: View = (result, width) => {
  const { spend, trend, movers, anomalies, budget, live_24h: live } = dashboard.parse(result).blocks;
  const [mover] = movers.data?.rows ?? [];
  const line = trend.data?.spend;
  const says = [
    ["spend", spend, spend.data && `${usdText(spend.data.total_cost_usd)}, ${changeText(spend.data.change.cost)}`],
    ["trend", trend, line && `${line.sparkline} ${line.direction} ${percent(line.change_pct)}`],
    [
      "movers",
      movers,
      mover && `${movers.data?.dimension} ${mover.name ?? mover.id} ${signedUsdText(mover.delta_usd)}`,
    ],
    [
      "anomalies",
      anomalies,
      anomalies.data && `${anomalies.data.episodes.length} in ${anomalies.data.judged_days} days`,
    ],
    ["budget", budget, budget.data && `${percent(budget.data.used_pct)} of ${usdText(budget.data.budget_usd)} used`],
    ["live 24 h", live, live.data && `${usdText(live.data.total_cost_usd)} in ${count(live.data.requests)} requests`],
  ] as const;
  return renderTable(
    [{ head: "Block" }, { head: "Status" }, { head: "Says", shrinkTo: 20 }],
    says.map(([block, { status, reason }, text]) => [block, status, text || reason || ""]),
    width,
  );
};

const anomalies = z.object({
  episodes: z.array(
    z.object({
      scope: z.object({ type: z.string(), name }),
      kind: z.string(),
      start: z.string(),
      end: z.string(),
      ongoing: z.boolean(),
      actual_usd: z.number(),
      expected_usd: z.number(),
      impact_usd: z.number(),
      severity: z.string(),
    }),
  ),
  causes: z
    .object({ dimension: z.string(), drivers: z.array(z.object({ id: z.string(), name, delta_usd: z.number() })) })
    .nullable(),
});

export const showAnomalies: View = (result, width) => {
  const { episodes, causes } = anomalies.parse(result);
  const table = renderTable(
    [
      { head: "Where", shrinkTo: 16 },
      { head: "What" },
      { head: "Days" },
      { head: "Actual", align: "right" },
      { head: "Expected", align: "right" },
      { head: "Impact", align: "right" },
      { head: "Severity", mayDrop: true },
    ],
    episodes.map((episode) => [
      episode.scope.name ?? episode.scope.type,
      episode.kind.replace("_", " "),
      `${episode.start} to ${episode.ongoing ? "now" : episode.end}`,
      usdText(episode.actual_usd),
      usdText(episode.expected_usd),
      signedUsdText(episode.impact_usd),
      episode.severity,
    ]),
    width,
  );
  const drivers =
    causes?.drivers.map((driver) => `${driver.name ?? driver.id} ${signedUsdText(driver.delta_usd)}`) ?? [];
  return drivers.length === 0 ? table : [...table, `Driven by ${causes?.dimension}: ${drivers.slice(0, 3).join(", ")}`];
};

const children = z.object({
  children: z.object({
    of: z.object({ name }).optional(),
    rows: z.array(z.object({ id: z.string(), name, cost_usd: figure, share_pct: figure, requests: figure })),
  }),
});

export const showChildren: View = (result, width) =>
  renderTable(
    [
      { head: "Inside", shrinkTo: 16 },
      { head: "Spend", align: "right" },
      { head: "Share", align: "right" },
      { head: "Requests", align: "right", mayDrop: true },
    ],
    children
      .parse(result)
      .children.rows.slice(0, 6)
      .map((row) => [row.name ?? row.id, usdText(row.cost_usd), percent(row.share_pct), count(row.requests)]),
    width,
  );

const group = z
  .object({
    rows: z.array(
      z.object({
        id: z.string(),
        name,
        class: z.string(),
        days_idle: z.number().optional(),
        cap_usd: z.number().optional(),
      }),
    ),
    counts: z.record(z.string(), z.number()),
    scanned: z.number(),
  })
  .nullish();
const idle = z.object({ keys: group, agents: group });

export const showIdle: View = (result, width) =>
  Object.entries(idle.parse(result)).flatMap(([kind, found]) => {
    if (!found) return [`${kind}: not known`];
    const counts = Object.entries(found.counts).map(([name, count]) => `${count} ${name.replace("_", " ")}`);
    const isDated = found.rows.some((row) => row.days_idle !== undefined);
    const dated = [
      { head: "Days idle", align: "right" },
      { head: "Cap", align: "right" },
    ] as const;
    const table = renderTable(
      [{ head: kind, shrinkTo: 16 }, { head: "Class" }, ...(isDated ? dated : [])],
      found.rows
        .slice(0, 5)
        .map((row) => [
          row.name ?? row.id,
          row.class.replace("_", " "),
          row.days_idle?.toString() ?? "",
          row.cap_usd === undefined ? "" : usdText(row.cap_usd),
        ]),
      width,
    );
    return [`${found.scanned} ${kind} looked at: ${counts.join(", ")}`, ...table, ""];
  });
