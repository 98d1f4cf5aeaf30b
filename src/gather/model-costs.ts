import type { Answer, ModelCost, SpendApi } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import type { Day } from "../finops/day.ts";
import type { Part } from "../finops/part.ts";
import type { Span, Windows } from "../finops/window.ts";
import { inAskedWindow, type OtherWindow, otherWindow } from "./asked-window.ts";
import { type NamedPart, part } from "./part.ts";
import { asPart } from "./usage.ts";

export interface ModelComparison {
  readonly current: Part<readonly ModelCost[]>;
  readonly previous: Part<readonly ModelCost[]>;
}

export const NO_COMPARISON: Note = {
  code: "window_mismatch",
  text: "The service lists a virtual key's models only for windows that end today, so changes per model are not known.",
};

/** The models of the total window, and the window they speak for when it is another one. */
export interface TotalModels {
  readonly models: NamedPart<Answer<ModelCost[]>>;
  readonly other: OtherWindow | null;
}

/**
 * The models of the total window. @param fixed `null` for a billing cycle: then the service is asked without dates, and once
 * more with the dates of the total when the two turn out to be different windows, which a virtual key cannot ask for
 */
export async function gatherModels(
  api: SpendApi,
  fixed: Windows | null,
  resolved: Promise<Windows>,
  today: Day,
): Promise<TotalModels> {
  const read = (span: Span | "billing_cycle") => part("The cost by model", api.modelCosts(span, today));
  const asked = fixed === null ? "billing_cycle" : spanOf(fixed);
  const [models, windows] = await Promise.all([read(asked), resolved]);
  const other = otherWindow(models, asked, windows);
  if (other === null || fixed !== null || api.mode === "vk") return { models, other };
  const dated = await read(spanOf(windows));
  return { models: dated, other: otherWindow(dated, spanOf(windows), windows) };
}

function spanOf({ total }: Windows): Span {
  return { from: total.from, to: total.to };
}

/**
 * The models of both comparison windows; null where there is nothing to compare, and with a virtual key, whose service
 * knows no windows that end before today.
 */
export async function gatherModelComparison(
  api: SpendApi,
  { current, previous }: Pick<Windows, "current" | "previous">,
  today: Day,
): Promise<ModelComparison | null> {
  if (api.mode === "vk" || current === null || previous === null) return null;
  const read = async (span: Span, name: string) =>
    modelsOf(inAskedWindow(await part(name, api.modelCosts(span, today)), span));
  const [now, before] = await Promise.all([
    read(current, "The models of the window"),
    read(previous, "The models of the window before"),
  ]);
  return { current: now, previous: before };
}

export function modelsOf(answer: NamedPart<Answer<ModelCost[]>>): Part<readonly ModelCost[]> {
  return answer.status === "ok"
    ? { status: "ok", data: answer.data.value, degraded: answer.degraded }
    : asPart<readonly ModelCost[]>(answer);
}
