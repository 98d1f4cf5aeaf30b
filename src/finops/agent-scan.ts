import type { EntityList } from "./entity-cost.ts";
import { isListed, type Passed } from "./idle.ts";
import { type AgentFacts, agentJudge } from "./idle-agents.ts";
import type { Part } from "./part.ts";
import { UrgentPool } from "./urgent-pool.ts";
import type { Span } from "./window.ts";

/** What a scan of agents has kept, and what it has only counted. */
export interface AgentScan {
  /** Takes one page of the list and keeps what may be shown. */
  take(agents: readonly AgentFacts[]): void;
  rows(): readonly AgentFacts[];
  passed(): Passed;
}

/** Judges the agents of a workspace page by page, so that memory does not grow with their number. */
export function createAgentScan(breakdown: Part<EntityList>, window: Span, now: Date): AgentScan {
  const judge = agentJudge(breakdown, window, now);
  const pool = new UrgentPool<AgentFacts>();
  return {
    take(agents) {
      for (const agent of agents) {
        const verdict = judge(agent);
        if (isListed(verdict.class)) pool.keep(agent, verdict);
        else pool.pass(agent, verdict);
      }
    },
    rows: () => pool.rows(),
    passed: () => ({ counts: pool.counts, capsMicro: 0, isComparable: true }),
  };
}
