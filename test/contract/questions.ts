import type { Mode } from "../../src/mode.ts";

/**
 * What people ask, and the tool that answers it. Written before the definitions were tuned: a question is not changed because
 * it fails. At least three for each tool of Manager mode, four for each tool of VK mode.
 */
export const QUESTIONS: Readonly<Record<Mode, Readonly<Record<string, readonly string[]>>>> = {
  manager: {
    check_alephant_connection: [
      "is the alephant server even reachable from here?",
      "every call fails, did our token expire or is the service down?",
      "test that the integration works",
    ],
    get_usage_summary: [
      "how much have we spent on LLMs so far this billing cycle?",
      "what was our AI bill in October?",
      "total tokens and requests over the last 30 days",
    ],
    get_daily_costs: [
      "break the last two weeks down day by day",
      "which day was the most expensive this month?",
      "what do we pay on a normal weekday compared with weekends?",
    ],
    get_cost_by_model: [
      "which model is eating most of our money?",
      "how is the spend shared between the models?",
      "what do we effectively pay per million tokens on each model?",
    ],
    list_available_models: [
      "what models are we allowed to use?",
      "list price of input and output tokens for the anthropic models",
      "is there a cheaper model with a long context window?",
    ],
    list_virtual_keys: [
      "show me all the API keys in the workspace",
      "which keys have expired or been disabled?",
      "find the id of the key labelled billing-bot",
    ],
    create_virtual_key: [
      "make a new key for the support bot with a 50 dollar limit",
      "we need an API key for the intern, 20 bucks, expires in 30 days",
      "issue a credential for my new agent",
    ],
    update_key_budget: [
      "raise the cap on the search team's key to $500",
      "lower this key's limit to 100 dollars",
      "the ci key ran out, give it more budget",
      "make this key block instead of only alerting",
    ],
    revoke_virtual_key: [
      "kill that leaked key right now",
      "delete the old staging key for good",
      "deactivate this API key permanently",
    ],
    get_workspace_overview: [
      "give me the basic numbers for our workspace",
      "how many agents, people and keys do we have?",
      "what is our success rate and average latency this cycle?",
    ],
    get_workspace_budget_status: [
      "will we blow the budget before the end of the month?",
      "how much of the company budget is left?",
      "when do we run out of money at this pace?",
    ],
    get_live_24h: [
      "what is burning money right now?",
      "which key was the most active in the last 24 hours?",
      "what happened since yesterday evening: spend, errors, latency?",
    ],
    get_usage_timeseries: [
      "plot requests per hour for this week",
      "how did latency develop over the past six months?",
      "show the cost per request curve for a year",
    ],
    get_sparklines: [
      "are tokens trending up or down this week?",
      "quick sparkline of spend and requests",
      "is usage going up, at a glance?",
    ],
    list_agents: [
      "which agents do we have?",
      "what agents belong to the marketing department?",
      "I need the id of the invoice agent",
    ],
    get_agent_analytics: [
      "how much did the invoice agent cost last month?",
      "what share of the bill is this agent responsible for?",
      "show spend per day for one agent",
    ],
    list_members: [
      "who is in our workspace?",
      "list the people with their roles and e-mail addresses",
      "which users have a monthly budget?",
    ],
    get_member_analytics: [
      "how much did this person spend this week?",
      "how many tokens did one developer use in 30 days?",
      "usage of a single user over the last seven days",
    ],
    list_departments: [
      "what departments exist and how many people are in each?",
      "which departments have no budget?",
      "look up the department id of engineering",
    ],
    get_department_analytics: [
      "what did the engineering department spend last month?",
      "how much does the marketing department cost us per day?",
      "requests and tokens for the whole sales department",
    ],
    get_subscription_info: [
      "what plan are we on and when does it renew?",
      "how many more keys may we create under our plan?",
      "what does Alephant itself charge us each month?",
    ],
    set_budget_policy: [
      "set the company-wide budget to 20k",
      "block all calls in the workspace once we hit $5000",
      "change the overall workspace limit to alert only",
    ],
    diagnose_cost_anomaly: [
      "why did our costs spike last week?",
      "is anything unusual going on with the spend?",
      "explain what drove the increase this month",
      "what caused the jump in the bill?",
    ],
    get_executive_dashboard: [
      "give me a one-page status for my boss",
      "weekly report for management: spend, budget, anomalies",
      "one screen with everything important",
    ],
    drill_down_spend: [
      "which department spends the most?",
      "rank agents by cost this cycle",
      "who is responsible for the bill, split by master key",
      "show what is inside the sales department's spend, agent by agent",
    ],
    find_idle_resources: [
      "which keys has nobody used in the last month?",
      "clean up unused agents and keys",
      "which keys have no limit or never expire?",
    ],
    compare_entity_periods: [
      "did the support team spend more than the week before?",
      "compare this agent's last 30 days with the 30 days before that",
      "is this member's spend unusually high against last week?",
    ],
  },
  vk: {
    check_alephant_connection: [
      "does my key still work?",
      "check that you can reach the service",
      "I keep getting errors, is the connection ok?",
      "was my credential accepted?",
    ],
    get_usage_summary: [
      "how much have I spent so far?",
      "total cost of my key in the last 7 days",
      "how many tokens did I burn this month?",
      "what did I use between 1 and 15 October?",
      "am I spending more than last week?",
    ],
    get_daily_costs: [
      "show my spend per day",
      "what did I pay yesterday and the day before?",
      "on which day did I spend the most?",
      "my average cost on a weekday",
      "daily usage history of the last 30 days",
    ],
    get_cost_by_model: [
      "which model do I spend the most on?",
      "split my costs by model",
      "what does one request to each model cost me on average?",
      "how much of my money went to the small models?",
      "what share of my usage is the biggest model?",
    ],
    list_available_models: [
      "what models can I call?",
      "what are the list prices of the models?",
      "which models come from anthropic?",
      "biggest context window I can get",
      "is there a model that accepts images?",
    ],
    get_my_scope: [
      "who am I, which key is this?",
      "what is this key allowed to do?",
      "which agent does my key belong to?",
      "what is my rate limit?",
    ],
    get_my_budget: [
      "how much budget do I have left?",
      "when will my key run out?",
      "am I going to hit my limit before the reset?",
      "what happens when I go over my budget?",
    ],
    get_my_recent_requests: [
      "show my last requests",
      "list the most recent calls with their latency",
      "what did my latest prompt cost?",
      "which of my calls failed?",
    ],
  },
};
