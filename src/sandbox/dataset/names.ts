const DEPARTMENTS = [
  "Engineering",
  "Customer Support",
  "Data Science",
  "Marketing",
  "Sales",
  "Operations",
  "Finance",
  "Legal",
];

// biome-ignore format: a word list reads better in rows
const AGENTS = [
  "Customer Support Bot", "Research Agent", "Invoice Extractor", "Release Notes Writer", "Lead Scoring Agent",
  "Onboarding Guide", "Contract Reviewer", "Ticket Router", "Knowledge Base Search", "Email Drafter",
  "Fraud Screening Agent", "Code Review Bot", "Meeting Summarizer", "Churn Predictor", "Product Describer",
  "Incident Helper", "Translation Agent", "Pricing Analyst", "Survey Reader", "Warehouse Planner",
  "SQL Helper", "Campaign Planner", "Voice Transcriber", "Quality Checker", "Policy Assistant",
  "Log Explainer", "Resume Screener", "Catalog Cleaner", "Refund Handler", "Delivery Tracker",
  "Test Writer", "Brand Voice Editor", "Forecast Builder", "Supplier Matcher", "Chat Escalation Bot",
  "Document Tagger", "Security Triage Bot", "Feedback Miner", "Travel Booker", "Compliance Scanner",
];

export function departmentName(index: number): string {
  return DEPARTMENTS[index] ?? `Team ${index + 1}`;
}

export function agentName(index: number): string {
  const name = AGENTS[index % AGENTS.length] ?? "Agent";
  return index < AGENTS.length ? name : `${name} ${Math.floor(index / AGENTS.length) + 1}`;
}

export function memberName(index: number): string {
  return `Member ${String(index + 1).padStart(2, "0")}`;
}

export function memberEmail(index: number): string {
  return `${memberName(index).toLowerCase().replaceAll(" ", ".")}@example.com`;
}

const PROVIDER_TITLES: Record<string, string> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  google: "Google",
  mistral: "Mistral",
};

export function masterKeyLabel(provider: string, round: number): string {
  const title = PROVIDER_TITLES[provider] ?? provider;
  return round === 0 ? `${title} production` : `${title} ${round + 1}`;
}
