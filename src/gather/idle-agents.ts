import type { ManagerApi } from "../api/manager.ts";
import type { Agent } from "../api/resources/agents.ts";
import type { Scan } from "../api/spend.ts";
import { type AgentScan, createAgentScan } from "../finops/agent-scan.ts";
import type { IdleInput } from "../finops/idle.ts";
import type { AgentFacts } from "../finops/idle-agents.ts";
import type { Windows } from "../finops/window.ts";
import { cutOf, gatherBreakdown } from "./breakdown.ts";
import { instant } from "./instant.ts";
import { type NamedPart, plainPart } from "./part.ts";
import type { Reads } from "./reads.ts";

export interface GatheredAgents {
  readonly input: NonNullable<IdleInput["agents"]>;
  readonly list: NamedPart<Scan>;
  readonly costs: NamedPart<unknown>;
}

/** Agents are judged by what they cost; the pages that come before the costs do wait, few as they are. */
export async function gatherAgents(
  api: ManagerApi,
  { windows, now, read }: { windows: Windows; now: Date; read: Reads },
): Promise<GatheredAgents> {
  const { from, to } = windows.total;
  const waiting: (readonly AgentFacts[])[] = [];
  let scan: AgentScan | null = null;
  const take = (page: readonly Agent[]): void => {
    const agents = page.map(agentFacts);
    if (scan === null) waiting.push(agents);
    else scan.take(agents);
  };
  const [list, { costs, breakdown, judged }] = await Promise.all([
    read("agents", plainPart("The list of agents", api.scanAgents(take))),
    read("costs", gatherBreakdown(api, { from, to }, "The cost breakdown")).then((costs) => {
      const breakdown = cutOf(costs, "agent");
      const judged = createAgentScan(breakdown, windows.total, now);
      scan = judged;
      for (const page of waiting.splice(0)) judged.take(page);
      return { costs, breakdown, judged };
    }),
  ]);
  if (list.status === "failed") return { input: { list, breakdown }, list, costs };
  const { total, complete, unbroken } = list.data;
  const data = { rows: judged.rows(), total, complete, unbroken, passed: judged.passed() };
  return { input: { list: { status: "ok", data, degraded: list.degraded }, breakdown }, list, costs };
}

function agentFacts({ id, name, status, createdAt, lastUsedAt }: Agent): AgentFacts {
  return { id, name, status, createdAt: instant(createdAt), lastUsedAt: instant(lastUsedAt) };
}
