import type { Answer, Period } from "../answer.ts";
import { answer, payloadRow } from "../envelope.ts";
import type { Http } from "../http.ts";
import { path } from "../path.ts";
import type { Payload } from "../payload.ts";
import type { Row } from "../row.ts";
import { keyActionWord } from "./words.ts";

export interface BudgetLine {
  /** `null` = no budget set; 0 = zero, whose meaning the service does not document. */
  budgetUsd: number | null;
  /** Spend of the requested period, not of the budget's own window. */
  spentUsd: number | null;
  remainingUsd: number | null;
  /** 0-100 of the budget; null when there is no budget or it is 0. */
  usedPct: number | null;
}

export interface KeyBudgetStatus {
  key:
    | (BudgetLine & {
        /** `daily`, `weekly`, `monthly`, `yearly` or `unknown(…)`. */
        window: string | null;
        /** `alert_only`, `block`, `disable_key`, `reduce_quota`, or the service's own word. */
        action: string | null;
        /** RFC 3339 in UTC. */
        resetsAt: string | null;
      })
    | null;
  /** The limit of the agent or member behind the key; a separate limit, never to be added. */
  entity: BudgetLine | null;
}

export async function readKeyBudget(http: Http, period: Period): Promise<Answer<KeyBudgetStatus>> {
  return parseKeyBudget(await http.get(path`/api/v1/cockpit/budget-status`, { query: { period } }));
}

const KNOWN = ["degraded", "dataSource", "virtualKeyBudget", "entityBudget", "budgetCents", "limitUsd"];

export function parseKeyBudget(payload: Payload): Answer<KeyBudgetStatus> {
  const row = payloadRow(payload, KNOWN);
  // An older form has the key's own budget at the top.
  const isFlat = !row.has("virtualKeyBudget") && row.has("budgetCents", "limitUsd");
  const key = isFlat ? row : row.row("virtualKeyBudget");
  const entity = row.row("entityBudget");
  return answer(
    {
      key: key && {
        ...budgetLine(key),
        window: key.word(["daily", "weekly", "monthly", "yearly"], "budgetWindow", ...(isFlat ? ["period"] : [])),
        action: keyActionWord(key.text("budgetAction", "exceededAction")),
        resetsAt: key.instant("resetsAt"),
      },
      entity: entity && budgetLine(entity),
    },
    row,
  );
}

function budgetLine(row: Row): BudgetLine {
  const budgetUsd = row.cents("budgetCents") ?? row.usd("limitUsd");
  const spentUsd = row.cents("spentCents") ?? row.usd("usedUsd");
  // A share of no budget, or of one that is 0, says nothing.
  const hasShare = budgetUsd !== null && budgetUsd > 0;
  return {
    budgetUsd,
    spentUsd,
    remainingUsd: row.cents("remainingCents"),
    usedPct: hasShare ? (row.number("usagePct", "percentUsed") ?? ratioPct(row)) : null,
  };
}

function ratioPct(row: Row): number | null {
  const ratio = row.number("usedRatio");
  return ratio === null ? null : ratio * 100;
}
