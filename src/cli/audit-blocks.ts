import type { Mode } from "../mode.ts";
import type { Tool } from "../tool/define.ts";
import { createGuard } from "../tool/guard.ts";
import { invoke, type Session } from "../tool/invoke.ts";
import { TOOLS } from "../tools/index.ts";
import { personAt } from "./terminal-person.ts";

/** What an audit asks, in the order in which it is shown. */
export interface Question {
  readonly name: string;
  readonly title: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const CYCLE = { period: "billing_cycle" };

export const QUESTIONS: Readonly<Record<Mode, readonly Question[]>> = {
  vk: [
    { name: "scope", title: "Scope", tool: "get_my_scope", args: {} },
    { name: "usage", title: "Usage", tool: "get_usage_summary", args: CYCLE },
    { name: "budget", title: "Budget", tool: "get_my_budget", args: {} },
  ],
  manager: [
    { name: "overview", title: "Workspace", tool: "get_workspace_overview", args: {} },
    {
      name: "departments",
      title: "Spend by department",
      tool: "drill_down_spend",
      args: { dimension: "department", ...CYCLE },
    },
    { name: "models", title: "Spend by model", tool: "get_cost_by_model", args: CYCLE },
    { name: "budget", title: "Budget", tool: "get_workspace_budget_status", args: {} },
  ],
};

/** The answer to one question; a failure says why and has no data. */
export interface Block extends Pick<Question, "name" | "title" | "tool"> {
  readonly status: "ok" | "failed";
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly reason: string | null;
}

/** Asks everything side by side, through the same pipeline as a call of an assistant. */
export async function askAll(mode: Mode, session: Session, tools: readonly Tool[] = TOOLS): Promise<Block[]> {
  const call = { signal: new AbortController().signal, progress: () => {}, person: personAt(null) };
  const guard = createGuard();
  const asked = QUESTIONS[mode].map(({ tool: toolName, ...question }) => {
    const tool = tools.find((candidate) => candidate.name === toolName);
    if (tool === undefined) throw new Error(`no tool ${toolName}`);
    return { ...question, tool };
  });
  return Promise.all(
    asked.map(async ({ name, title, tool, args }) => {
      const result = await invoke(tool, args, session, guard, call);
      return { name, title, tool: tool.name, ...outcome(result) };
    }),
  );
}

function outcome(result: Awaited<ReturnType<typeof invoke>>): Pick<Block, "status" | "data" | "reason"> {
  if (result.isError !== true && result.structuredContent !== undefined) {
    return { status: "ok", data: result.structuredContent, reason: null };
  }
  const reason = result.content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
  return { status: "failed", data: null, reason };
}
