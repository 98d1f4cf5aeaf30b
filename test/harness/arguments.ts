import type { Sandbox } from "../../src/sandbox/serve.ts";

/** Arguments with which each tool shows as many names as it can. */
export function argumentsOf(name: string, sandbox: Sandbox): Record<string, unknown>[] {
  const first = (kind: "agents" | "members" | "departments") => sandbox.dataset.ids(kind)[0];
  const given: Record<string, Record<string, unknown>[]> = {
    list_virtual_keys: [{ page_size: 200 }, { page: 2, page_size: 20 }, { status: "revoked" }],
    list_agents: [{ page_size: 200 }, { department_id: first("departments") }],
    list_members: [{ page_size: 200 }],
    list_departments: [{ page_size: 200 }],
    list_available_models: [{ limit: 50 }],
    get_cost_by_model: [{ period: "30d", limit: 50 }],
    get_usage_timeseries: [{ metric: "cost" }],
    get_agent_analytics: [{ agent_id: first("agents") }],
    get_member_analytics: [{ member_id: first("members") }],
    get_department_analytics: [{ department_id: first("departments") }],
    drill_down_spend: ["department", "agent", "model"].map((dimension) => ({ dimension, limit: 20 })),
    find_idle_resources: [{ include: "all" }],
    diagnose_cost_anomaly: [{ period: "30d" }],
    compare_entity_periods: [
      { entity_type: "agent", entity_id: first("agents") },
      { entity_type: "member", entity_id: first("members") },
      { entity_type: "department", entity_id: first("departments") },
    ],
    get_live_24h: [{ limit: 10 }],
    get_my_recent_requests: [{ limit: 20 }],
  };
  return given[name] ?? [{}];
}
