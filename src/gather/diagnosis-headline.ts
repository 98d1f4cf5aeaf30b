import { spanText } from "../finops/basis.ts";
import { UNATTRIBUTED } from "../finops/causes.ts";
import { changeText } from "../finops/change.ts";
import type { CausesRow, Diagnosis, TotalChange } from "../finops/diagnosis.ts";
import { signedUsdText, usdText } from "../finops/money.ts";
import { type Span, spanDays } from "../finops/window.ts";
import { episodeSentence } from "./episode-rows.ts";
import { quoted } from "./short-name.ts";

/** The verdict first, then the money: one sentence, read from the figures of the answer alone. */
export function diagnosisHeadline(
  diagnosis: Diagnosis,
  { current, previous }: { current: Span; previous: Span },
): string {
  const { change, today_alert: today } = diagnosis;
  const alert = today?.is_alert
    ? `; today already stands at ${usdText(today.so_far_usd)}, above any usual full day`
    : "";
  return `${capitalised(verdict(diagnosis, current))}; ${spentText(change, current, previous)}${alert}.`;
}

function verdict({ episodes, more_episodes: more, causes, checked }: Diagnosis, window: Span): string {
  const days = `${spanText(window)} (complete days, UTC)`;
  const [largest] = episodes;
  if (largest) {
    const count = episodes.length + more;
    const others = count === 1 ? "" : `largest of ${count} episodes: `;
    return `${others}${episodeSentence(largest)}${causeText(causes)}`;
  }
  if (checked.days === null) return `not checked for anomalies in ${days}: the daily usage could not be read`;
  if (checked.days === 0) return `not checked for anomalies in ${days}: too little history`;
  const entities = checked.entities === 0 ? "" : ` or of the ${checked.entities} movers that were checked`;
  const [whole, judged] = [spanDays(window), checked.days];
  const part = judged < whole ? ` on the ${judged} of ${whole} days that could be judged` : "";
  return `nothing unusual${part}: no day of the workspace${entities} was outside expectation in ${days}`;
}

function causeText(causes: CausesRow | null): string {
  const [driver] = causes?.drivers ?? [];
  if (causes?.of !== "episode" || !driver || driver.explained_pct === undefined) return "";
  const whom = driver.id === UNATTRIBUTED ? `no ${causes.dimension}` : quoted(causes.dimension, driver);
  return `, ${driver.explained_pct}% of the workspace's rise by ${whom}`;
}

function spentText({ current_usd, delta_usd, ...change }: TotalChange, current: Span, previous: Span): string {
  if (current_usd === null) return `what ${spanText(current)} cost is not known`;
  const spent = `${spanText(current)} cost ${usdText(current_usd)}`;
  if (delta_usd === null) return `${spent}, and the change is not known`;
  const size = change.word === "unchanged" && delta_usd !== 0 ? "under 0.1%" : changeText(change);
  return `${spent}, ${signedUsdText(delta_usd)} (${size}) against ${spanText(previous)}`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
