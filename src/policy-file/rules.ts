import * as z from "zod";

/** The tools that change something, and so can be ruled on. */
export const RULED_TOOLS = [
  "create_virtual_key",
  "update_key_budget",
  "revoke_virtual_key",
  "set_budget_policy",
] as const;

/** Longest rules file. */
export const LARGEST_FILE_BYTES = 65_536;

const usd = z.number().min(0).max(1_000_000_000);
const sentence = z.string().trim().min(1).max(200);

const tool = z
  .enum(["*", ...RULED_TOOLS], { error: `is not one of *, ${RULED_TOOLS.join(", ")}` })
  .meta({ id: "tool", description: "The tool the rule is about; * is every tool that changes something." });

const label = z.string().min(1).max(100).meta({
  id: "label",
  description:
    "The virtual key's whole label, upper and lower case alike; * stands for any characters. A key whose label could not be read is matched by deny, confirm and escalate, and not by allow.",
});

const amount = z
  .strictObject({
    over_usd: usd.optional().describe("It is more than this many US dollars."),
    up_to_usd: usd.optional().describe("It is this many US dollars or less."),
  })
  .refine(({ over_usd: over, up_to_usd: upTo }) => over !== undefined || upTo !== undefined, {
    error: "needs over_usd, up_to_usd or both",
  })
  .refine(({ over_usd: over, up_to_usd: upTo }) => over === undefined || upTo === undefined || over < upTo, {
    error: "over_usd must be less than up_to_usd",
  })
  .meta({ id: "amount", minProperties: 1, description: "The new budget. A change without an amount is not matched." });

const reason = sentence.meta({ id: "reason", description: "Shown when the rule decides." });

const matches = {
  name: z.string().max(100).optional().describe("For people; it decides nothing."),
  tool,
  mode: z.enum(["vk", "manager"]).optional().describe("The mode the rule is about. Left out: both."),
  label: label.optional(),
  amount: amount.optional(),
  reason: reason.optional(),
};

const rule = z.discriminatedUnion("decision", [
  z.strictObject({ ...matches, decision: z.literal("allow").describe("Goes on to the usual confirmation.") }),
  z.strictObject({ ...matches, decision: z.literal("deny").describe("Refused; nothing is sent.") }),
  z.strictObject({
    ...matches,
    decision: z
      .literal("confirm")
      .describe("Only a question that the host itself asks a person may confirm it; a token may not."),
    hint: sentence.optional().describe("Shown with that question, as a quotation."),
  }),
  z.strictObject({
    ...matches,
    decision: z.literal("escalate").describe("Not sent; the answer names who may decide."),
    approver: sentence.describe("Who may decide."),
  }),
]);

export type Rule = z.output<typeof rule>;

/** The whole rules file. */
export const rulesSchema = z
  .strictObject({
    $schema: z.string().max(2_048).optional().describe("Where this schema is, for editors."),
    version: z.literal(1).describe("The form of this file."),
    rules: z.array(rule).max(200).describe("In order: the first rule that matches decides."),
  })
  .describe(
    "Rules on the changes that alephant-mcp makes, read at start from ALEPHANT_POLICY_FILE. The first rule that matches decides; when none does, the change is allowed. Allowed means that it goes on to its confirmation, which no rule replaces. End with a rule for tool * that denies to forbid all that is not named.",
  );

/** The published JSON Schema of a rules file. */
export function rulesJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(rulesSchema, { io: "input" });
  return { $schema, title: "Rules of alephant-mcp on changes", ...rest };
}
