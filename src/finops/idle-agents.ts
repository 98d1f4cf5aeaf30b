import { type Day, dayOf, daysBetween } from "./day.ts";
import type { EntityList } from "./entity-cost.ts";
import { type EntityRow, mergeEntities } from "./entity-cost.ts";
import type { IdleClass, IdleVerdict } from "./idle-keys.ts";
import type { Part } from "./part.ts";
import type { Span } from "./window.ts";

/** An agent as its list reports it. */
export interface AgentFacts {
  id: string;
  name: string | null;
  status: string | null;
  createdAt: Date | null;
  lastUsedAt?: Date | null | undefined;
}

interface Verdict {
  class: IdleClass;
  evidence: string;
  suggestion?: string;
}

/**
 * Judges agents by the cost breakdown of the window. Only a breakdown that answered completely can show that an agent was not
 * used; otherwise every agent without a row is `unknown`.
 */
export function agentJudge(breakdown: Part<EntityList>, window: Span, now: Date): (agent: AgentFacts) => IdleVerdict {
  const isFull = breakdown.status === "ok" && breakdown.data.complete && !breakdown.degraded;
  const merged = breakdown.status === "ok" ? mergeEntities(breakdown.data.rows, breakdown.degraded).rows : [];
  const rows = new Map(merged.map((row) => [row.id, row]));
  return (agent) => {
    const verdict = agentVerdict(agent, rows.get(agent.id), isFull, window);
    const lastUsed = agent.lastUsedAt ?? null;
    const isIdle = verdict.class === "idle";
    return {
      id: agent.id,
      name: agent.name,
      class: verdict.class,
      days_idle: isIdle && lastUsed ? daysBetween(dayOf(lastUsed), dayOf(now)) : null,
      last_used_at: lastUsed?.toISOString() ?? null,
      cap_usd: null,
      suggestion: verdict.suggestion ?? null,
      evidence: verdict.evidence,
    };
  };
}

function agentVerdict(agent: AgentFacts, row: EntityRow | undefined, isFull: boolean, window: Span): Verdict {
  if (agent.status?.toLowerCase() !== "active") {
    return { class: "not_judged", evidence: `Status is ${agent.status ?? "unknown"}, not active.` };
  }
  const requests = row?.requests ?? null;
  if ((requests ?? 0) > 0 || (requests === null && (row?.costMicro ?? 0) > 0)) {
    return {
      class: "in_use",
      evidence: requests === null ? "It has cost in the window." : `${requests} requests in the window.`,
    };
  }
  const created: Day | null = agent.createdAt && dayOf(agent.createdAt);
  if (created !== null && created >= window.from) {
    return { class: "too_new", evidence: `Created ${created}, inside the window, and not used yet.` };
  }
  if (!isFull) return { class: "unknown", evidence: "Cannot be judged: the cost breakdown did not answer completely." };
  if (row && requests === null)
    return { class: "unknown", evidence: "Cannot be judged: its requests are not reported." };
  if (created === null) return { class: "unknown", evidence: "Cannot be judged: its creation date is not reported." };
  const evidence = `Active since ${created}; no request from ${window.from} to ${window.to}.`;
  return { class: "idle", evidence, suggestion: "Ask its owner, then disable its keys." };
}
