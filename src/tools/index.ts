import type { Tool } from "../tool/define.ts";
import compareEntityPeriods from "./manager/compare-entity-periods.ts";
import createVirtualKey from "./manager/create-virtual-key.ts";
import diagnoseCostAnomaly from "./manager/diagnose-cost-anomaly.ts";
import drillDownSpend from "./manager/drill-down-spend.ts";
import findIdleResources from "./manager/find-idle-resources.ts";
import getAgentAnalytics from "./manager/get-agent-analytics.ts";
import getDepartmentAnalytics from "./manager/get-department-analytics.ts";
import getExecutiveDashboard from "./manager/get-executive-dashboard.ts";
import getLive24h from "./manager/get-live-24h.ts";
import getMemberAnalytics from "./manager/get-member-analytics.ts";
import getSparklines from "./manager/get-sparklines.ts";
import getSubscriptionInfo from "./manager/get-subscription-info.ts";
import getUsageTimeseries from "./manager/get-usage-timeseries.ts";
import getWorkspaceBudgetStatus from "./manager/get-workspace-budget-status.ts";
import getWorkspaceOverview from "./manager/get-workspace-overview.ts";
import listAgents from "./manager/list-agents.ts";
import listDepartments from "./manager/list-departments.ts";
import listMembers from "./manager/list-members.ts";
import listVirtualKeys from "./manager/list-virtual-keys.ts";
import revokeVirtualKey from "./manager/revoke-virtual-key.ts";
import setBudgetPolicy from "./manager/set-budget-policy.ts";
import updateKeyBudget from "./manager/update-key-budget.ts";
import checkAlephantConnection from "./shared/check-alephant-connection.ts";
import getCostByModel from "./shared/get-cost-by-model.ts";
import getDailyCosts from "./shared/get-daily-costs.ts";
import getUsageSummary from "./shared/get-usage-summary.ts";
import listAvailableModels from "./shared/list-available-models.ts";
import getMyBudget from "./vk/get-my-budget.ts";
import getMyRecentRequests from "./vk/get-my-recent-requests.ts";
import getMyScope from "./vk/get-my-scope.ts";

/** Every tool, in the order in which they are listed. A test proves that no file is missing here. */
export const TOOLS: readonly Tool[] = [
  checkAlephantConnection,
  getUsageSummary,
  getDailyCosts,
  getCostByModel,
  listAvailableModels,
  getMyScope,
  getMyBudget,
  getMyRecentRequests,
  listVirtualKeys,
  createVirtualKey,
  updateKeyBudget,
  revokeVirtualKey,
  getWorkspaceOverview,
  getWorkspaceBudgetStatus,
  getLive24h,
  getUsageTimeseries,
  getSparklines,
  listAgents,
  getAgentAnalytics,
  listMembers,
  getMemberAnalytics,
  listDepartments,
  getDepartmentAnalytics,
  getSubscriptionInfo,
  setBudgetPolicy,
  diagnoseCostAnomaly,
  getExecutiveDashboard,
  drillDownSpend,
  findIdleResources,
  compareEntityPeriods,
];
