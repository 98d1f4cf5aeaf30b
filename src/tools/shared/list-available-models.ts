import * as z from "zod";
import type { CatalogModel, ModelCatalog } from "../../api/resources/model-catalog.ts";
import { facts, plainBasis } from "../../gather/answer.ts";
import { type CatalogueMatch, catalogueNotes, matchModels } from "../../gather/catalogue.ts";
import { cutByOffset, offsetListFields } from "../../gather/offset-list.ts";
import { notesOnAnswer } from "../../gather/service-remark.ts";
import { defineTool } from "../../tool/define.ts";
import { limit, offset } from "../../tool/params.ts";

const row = z.strictObject({
  model: z.string(),
  name: z.string().optional(),
  provider: z.string().optional(),
  input_usd_per_1m_tokens: z.number().optional(),
  output_usd_per_1m_tokens: z.number().optional(),
  context_tokens: z.number().optional(),
  max_output_tokens: z.number().optional(),
  modalities: z.array(z.string()).optional(),
});

function toRow(model: CatalogModel): z.input<typeof row> {
  return {
    model: model.model,
    name: model.displayName === null || model.displayName === model.model ? undefined : model.displayName,
    provider: model.provider ?? undefined,
    input_usd_per_1m_tokens: model.inputUsdPer1mTokens ?? undefined,
    output_usd_per_1m_tokens: model.outputUsdPer1mTokens ?? undefined,
    context_tokens: model.contextTokens ?? undefined,
    max_output_tokens: model.maxOutputTokens ?? undefined,
    modalities: model.modalities.length === 0 ? undefined : model.modalities,
  };
}

function headline(
  { source, allowedModels }: ModelCatalog,
  match: CatalogueMatch,
  offset: number,
  shown: number,
): string {
  const isScope = source === "key_scope";
  if (isScope && allowedModels === null) {
    return "The model catalogue cannot be read with this key, and no restriction of the key is known.";
  }
  const whole = isScope ? `the ${match.available} this key may call` : `${match.available} in the catalogue`;
  const found = match.models.length;
  if (match.available === 0) return "No models are listed.";
  if (found === 0) return `No model matches, of ${whole}.`;
  if (shown === 0) return `Offset ${offset} is past the end: there are ${found} models.`;
  const matching = found === match.available ? "" : ` of ${found} that match,`;
  return `Models ${offset + 1} to ${offset + shown}${matching} of ${whole}, by provider and id.`;
}

export default defineTool({
  name: "list_available_models",
  title: "List available models",
  description:
    "Lists the available models, those one can call (may use), by provider and id: list price in US dollars per 1M " +
    "input and output tokens, context window and output limit in tokens, modalities accepted (text, images). Use it " +
    "to find a cheaper model. For what models have cost use get_cost_by_model. Follow next to go on; null means the " +
    "end. Switched-off models are left out and counted; a missing price is unknown, not free. A virtual key that may " +
    "not read the catalogue gets only the names allowed to it.",
  modes: ["vk", "manager"],
  toolset: "core",
  effect: "read",
  input: z.strictObject({
    search: z.string().max(100).optional().describe("Part of a model's id or name, any case. Default all."),
    provider: z
      .string()
      .max(100)
      .optional()
      .describe("Part of a provider's name, such as openai or anthropic, any case. Default all."),
    limit: limit(100, 12),
    offset: offset(),
  }),
  output: facts({
    ...offsetListFields,
    switched_off: z.int().nullable(),
    providers: z.array(z.string()),
    rows: z.array(row),
  }),
  async run(args, { api, now }) {
    const answer = await api.listModels();
    const match = matchModels(answer.value, args);
    const page = match.models.slice(args.offset, args.offset + args.limit);
    const isOpen = answer.value.source === "key_scope" && answer.value.allowedModels === null;
    const frame = {
      headline: headline(answer.value, match, args.offset, page.length),
      basis: plainBasis(now, [answer.value.source === "key_scope" ? "scope" : "model_catalogue"], {
        degraded: answer.degraded,
        notes: [...catalogueNotes(answer.value, page), ...notesOnAnswer("The model list", answer)],
      }),
      total: isOpen ? null : match.models.length,
      switched_off: match.switchedOff,
      providers: match.providers.slice(0, 20),
    };
    const isLast = args.offset + page.length >= match.models.length;
    const cut = cutByOffset(page.map(toRow), { ...args, isLast, frame });
    return { ...frame, headline: headline(answer.value, match, args.offset, cut.returned), ...cut };
  },
});
