import * as z from "zod";
import { buildBasis, isFailedNote } from "../../finops/basis.ts";
import { findIdle } from "../../finops/idle.ts";
import { analysis } from "../../gather/answer.ts";
import { fullestThatFits } from "../../gather/fit-answer.ts";
import { gatherIdle, IDLE_CALLS } from "../../gather/idle.ts";
import { idleGroupSchema, idleHeadline, risksSchema, toIdleGroup, toRisks } from "../../gather/idle-rows.ts";
import { notesOnFailures, requireAny } from "../../gather/part.ts";
import { countReads } from "../../gather/reads.ts";
import { shortName } from "../../gather/short-name.ts";
import { defineTool } from "../../tool/define.ts";

/** Rows that need a decision come before the list of risks. */
const FORMS = [
  { idle: 10, risks: 8 },
  { idle: 8, risks: 6 },
  { idle: 6, risks: 5 },
  { idle: 5, risks: 3 },
  { idle: 3, risks: 2 },
];

const MOST_LOW_USE = 3;

export default defineTool({
  name: "find_idle_resources",
  title: "Find idle keys and agents",
  description:
    "Finds waste: unused (idle) virtual keys and agents that nobody used in the last 7 or 30 UTC days (today " +
    "included), and other keys that carry a risk (no budget limit, never expire, spend too fast, cap far above use) " +
    "with US dollars at risk. Use it to clean up. Reads every page; largest risk first; without evidence the verdict " +
    "is unknown, never idle. An idle cap is an unused ceiling, not a saving. To see all keys use list_virtual_keys; " +
    "ask the owner before revoke_virtual_key. Needs read scope.",
  modes: ["manager"],
  toolset: "finops",
  effect: "read",
  input: z.strictObject({
    period: z.enum(["7d", "30d"]).default("30d").describe("Window of UTC days ending today: 7d or 30d. Default 30d."),
    include: z
      .enum(["keys", "agents", "all"])
      .default("all")
      .describe("What to look at: keys, agents or all. Default all."),
  }),
  output: analysis({
    keys: idleGroupSchema.nullable().optional(),
    agents: idleGroupSchema.nullable().optional(),
    risks: risksSchema.nullable().optional(),
    idle_caps_usd: z.number().nullable().optional(),
    low_use: z.array(z.strictObject({ id: z.string(), name: z.string().optional(), spend_usd: z.number() })).optional(),
  }),
  async run({ period, include }, { api, now, progress }) {
    const onKeys = (done: number, total: number | null) =>
      progress(`${done} of ${total ?? "an unknown number of"} keys`);
    const question = { period, include, now, read: countReads(progress, IDLE_CALLS), onKeys };
    const { windows, input, risks, lists, others } = await gatherIdle(api, question);
    requireAny(lists);
    const parts = [...lists, ...others];
    return fullestThatFits(FORMS, (limits) => {
      const { result, notes } = findIdle({ ...input, limit: limits.idle });
      const { low_use: lowUse, idle_caps_usd: capsUsd } = result;
      const keys = input.keys ? result.keys : undefined;
      const agents = input.agents ? result.agents : undefined;
      return {
        headline: idleHeadline({ keys, agents, risks: risks?.result ?? null, capsUsd }, windows),
        basis: buildBasis({
          windows,
          now,
          source: [...(input.keys ? ["virtual_keys"] : []), ...(input.agents ? ["agents", "cost_breakdown"] : [])],
          degraded: parts.some((each) => each.status === "ok" && each.degraded),
          notes: [...notes.filter((note) => !isFailedNote(note)), ...(risks?.notes ?? []), ...notesOnFailures(parts)],
          compares: false,
        }),
        ...(keys !== undefined && {
          keys: keys && toIdleGroup(keys),
          idle_caps_usd: capsUsd,
          risks: risks && toRisks(risks.result, limits.risks),
        }),
        ...(agents !== undefined && { agents: agents && toIdleGroup(agents) }),
        ...(lowUse.length > 0 && {
          low_use: lowUse
            .slice(0, MOST_LOW_USE)
            .map(({ id, name, spend_usd }) => ({ id, ...(name !== null && { name: shortName(name) }), spend_usd })),
        }),
      };
    });
  },
});
