import type { Answer, ModelCost, SpendApi } from "../api/spend.ts";
import type { Note } from "../finops/basis.ts";
import type { Day } from "../finops/day.ts";
import type { Part } from "../finops/part.ts";
import type { Span, Windows } from "../finops/window.ts";
import { type NamedPart, part } from "./part.ts";
import type { WindowChoice } from "./request.ts";
import { asPart } from "./usage.ts";

export interface ModelComparison {
  readonly current: Part<readonly ModelCost[]>;
  readonly previous: Part<readonly ModelCost[]>;
}

export const NO_COMPARISON: Note = {
  code: "window_mismatch",
  text: "The service lists a virtual key's models only for windows that end today, so changes per model are not known.",
};

/** The models of the total window. */
export function gatherModels(
  api: SpendApi,
  choice: WindowChoice,
  windows: Windows | null,
  today: Day,
): Promise<NamedPart<Answer<ModelCost[]>>> {
  const isCycle = "period" in choice && choice.period === "billing_cycle";
  const span = isCycle || windows === null ? "billing_cycle" : { from: windows.total.from, to: windows.total.to };
  return part("The cost by model", api.modelCosts(span, today));
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
  const read = async (span: Span, name: string) => modelsOf(await part(name, api.modelCosts(span, today)));
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
