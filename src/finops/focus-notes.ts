import type { Note } from "./basis.ts";
import { countText } from "./count.ts";
import type { FocusEntity } from "./focus-charge.ts";
import type { FocusTally } from "./focus-day.ts";
import { toUsd, usdText } from "./money.ts";

/** What each row of a file stands for, besides its day. */
export type FocusCut = "model" | FocusEntity | "key";

const CUT_WORDS: Record<FocusCut, string> = {
  model: "model",
  agent: "agent",
  department: "department",
  master_key: "master key",
  key: "virtual key",
};

/** Money that a cut cannot hold, so that a remainder is no surprise. */
const OUTSIDE: Partial<Record<FocusCut, string>> = {
  agent: " Keys of members and of nobody belong to no agent.",
  department: " Keys without a department belong to none.",
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a reader of the file must know of it. */
export function focusNotes(
  tally: FocusTally,
  facts: {
    cut: FocusCut;
    today: "included" | "left_out" | null;
    /** The last day of the window is yesterday. */
    endsYesterday: boolean;
    /** Days whose list of charges has a length at which services cut lists off. */
    cutShortDays: number;
    now: Date;
  },
): Note[] {
  const notes: Note[] = [];
  if (facts.today !== null) notes.push({ code: "partial_today", text: TODAY[facts.today] });
  if (facts.endsYesterday && facts.now.getTime() % DAY_MS < HOUR_MS) {
    const text = "Rows of yesterday may still arrive: the UTC day ended less than an hour ago.";
    notes.push({ code: "late_data_possible", text });
  }
  if (tally.unattributed > 0) {
    const whole = `${usdText(toUsd(tally.unattributed))} of ${usdText(toUsd(tally.billed))}`;
    const text = `${whole} belongs to no ${CUT_WORDS[facts.cut]}: "Unattributed usage" on ${tally.unattributedDays} days.`;
    notes.push({ code: "unattributed_remainder", text: text + (OUTSIDE[facts.cut] ?? "") });
  }
  if (facts.cutShortDays > 0) {
    const text = `The service may have cut off the list of charges on ${facts.cutShortDays} days; what is missing is unattributed.`;
    notes.push({ code: "truncated_rows", text });
  }
  if (tally.withoutQuantity > 0) notes.push({ code: "price_missing", text: grainText(tally, facts.cut) });
  if (tally.drifting > 0) {
    const text = `price drift: ${countText(tally.drifting)} groups of day and model are recorded more than 3% off tokens times list price, or at no cost; see x_PriceScale.`;
    notes.push({ code: "price_missing", text });
  }
  if (tally.withoutCost > 0) {
    const text = `${countText(tally.withoutCost)} rows came without a cost and are left out; their money is unattributed.`;
    notes.push({ code: "lower_bound", text });
  }
  return notes;
}

const TODAY = {
  included: "Today (UTC) is in the file and not over: export it again tomorrow.",
  left_out: "Today (UTC) is not over and is left out; --include-today takes it in.",
};

function grainText({ withoutQuantity }: FocusTally, cut: FocusCut): string {
  const many = `${countText(withoutQuantity)} rows stand for one day of one ${CUT_WORDS[cut]}`;
  const gap = "quantities, units and list prices are empty";
  if (cut === "model") {
    return `${many}, not for a token type (the service does not split the tokens, or has no list price): ${gap}, all tokens are in x_ConsumedTokens.`;
  }
  const provider = cut === "master_key" ? "" : ", and the gateway stands for the provider";
  return `${many}, not for a model or token type, which this cut does not tell: ${gap}${provider}.`;
}
