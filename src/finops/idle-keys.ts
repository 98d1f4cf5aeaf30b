import { type Day, dayOf, daysBetween } from "./day.ts";
import { type Micro, toMicroOrNull, toUsdOrNull, usdText } from "./money.ts";
import type { Span } from "./window.ts";

/** `not_judged`: the resource is not active, so there is nothing to decide. */
export type IdleClass = "never_used" | "idle" | "unknown" | "too_new" | "in_use" | "not_judged";

/** A virtual key as its list reports it. */
export interface KeyFacts {
  id: string;
  name: string | null;
  status: string | null;
  createdAt: Date | null;
  /** `null` when the source says "never", `undefined` when it says nothing. */
  lastUsedAt: Date | null | undefined;
  /** Spend of the subscription period, not of the key's life and not of the window. */
  spendUsd: number | null;
  /** First day the spend figure counts. */
  spendFrom: Day | null;
  capUsd: number | null;
  entityType?: string | null;
}

/** The verdict on one key or agent, ready to return from a tool. */
export interface IdleVerdict {
  id: string;
  name: string | null;
  class: IdleClass;
  days_idle: number | null;
  last_used_at: string | null;
  cap_usd: number | null;
  suggestion: string | null;
  evidence: string;
}

const NEVER_USED_AFTER_MS = 14 * 86_400_000;

interface Verdict {
  class: IdleClass;
  evidence: string;
  days?: number;
  suggestion?: string;
}

/** Judges one key by the first rule that fits. What is not known makes it `unknown`, never idle. */
export function judgeKey(key: KeyFacts, window: Span, now: Date): IdleVerdict {
  const verdict = keyVerdict(key, window, now);
  return {
    id: key.id,
    name: key.name,
    class: verdict.class,
    days_idle: verdict.days ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    cap_usd: toUsdOrNull(toMicroOrNull(key.capUsd)),
    suggestion: verdict.suggestion ?? null,
    evidence: verdict.evidence,
  };
}

function keyVerdict(key: KeyFacts, window: Span, now: Date): Verdict {
  if (key.status?.toLowerCase() !== "active")
    return { class: "not_judged", evidence: `Status is ${key.status ?? "unknown"}, not active.` };
  const { createdAt, lastUsedAt } = key;
  const spend = toMicroOrNull(key.spendUsd);
  const hasSpend = spend !== null && spend > 0;
  const isReportedNever = lastUsedAt === null && !hasSpend;

  if (isReportedNever && createdAt && now.getTime() - createdAt.getTime() >= NEVER_USED_AFTER_MS) {
    return {
      class: "never_used",
      evidence: `Created ${dayOf(createdAt)}, no use recorded since.`,
      days: daysBetween(dayOf(createdAt), dayOf(now)),
      suggestion: "Disable it; revoke it only after its owner agrees.",
    };
  }
  if (createdAt && dayOf(createdAt) >= window.from) {
    const isUsed = lastUsedAt instanceof Date || hasSpend;
    const evidence = `Created ${dayOf(createdAt)}, inside the window, and ${isUsed ? "used since" : "not used yet"}.`;
    return { class: isUsed ? "in_use" : "too_new", evidence };
  }
  if (lastUsedAt instanceof Date) return byLastUse(lastUsedAt, window, now);
  if (isReportedNever && createdAt) {
    return {
      class: "idle",
      evidence: `Created ${dayOf(createdAt)}, before the window, and no use recorded since.`,
      days: daysBetween(dayOf(createdAt), dayOf(now)),
      suggestion: "Ask its owner, then disable it.",
    };
  }
  return bySpend(key, spend, window);
}

function byLastUse(lastUsedAt: Date, window: Span, now: Date): Verdict {
  const lastDay = dayOf(lastUsedAt);
  if (lastDay >= window.from) return { class: "in_use", evidence: `Last used ${lastDay}.` };
  const days = daysBetween(lastDay, dayOf(now));
  return {
    class: "idle",
    evidence: `Last used ${lastDay}, ${days} days ago and before the window starts on ${window.from}.`,
    days,
    suggestion: "Ask its owner, then disable it.",
  };
}

/** The last resort: a spend figure speaks for the window only if it starts inside it (positive) or spans it (zero). */
function bySpend({ spendFrom, createdAt }: KeyFacts, spend: Micro | null, window: Span): Verdict {
  if (spend !== null && spend > 0 && spendFrom !== null && spendFrom >= window.from) {
    return { class: "in_use", evidence: `Spent ${usdText(spend / 1e6)} since ${spendFrom}.` };
  }
  const spansWindow = spendFrom !== null && spendFrom <= window.from;
  if (spend === 0 && spansWindow && createdAt) {
    return {
      class: "idle",
      evidence: `No spend since ${spendFrom}; last use is not reported.`,
      suggestion: "Ask its owner.",
    };
  }
  const missing = ["the date of its last use"];
  if (spend === null) missing.push("its spend");
  else if (spendFrom === null) missing.push("the period of its spend figure");
  else if (!spansWindow) missing.push(`its spend before ${spendFrom}`);
  if (!createdAt) missing.push("its creation date");
  return { class: "unknown", evidence: `Cannot be judged; not reported: ${missing.join(", ")}.` };
}
