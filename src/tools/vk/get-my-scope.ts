import * as z from "zod";
import type { Scope } from "../../api/resources/scope.ts";
import { facts, plainBasis } from "../../gather/answer.ts";
import { bindingOf, bindingText, keyText } from "../../gather/scope.ts";
import { notesOnAnswer } from "../../gather/service-remark.ts";
import { defineTool } from "../../tool/define.ts";
import { quoted } from "../../tool/quote.ts";

const text = z.string().optional();

const output = facts({
  workspace: z.strictObject({ id: text, name: text }),
  binding: z.enum(["bound", "unbound", "not_reported"]),
  entity: z.strictObject({ type: text, id: text, name: text, department: text, department_id: text }).optional(),
  key: z.strictObject({
    id: text,
    label: text,
    prefix: text,
    status: text,
    rate_limit_rpm: z.number().optional(),
    model_limit: z.enum(["listed", "none_known", "not_reported"]),
    allowed_models: z.array(z.string()).optional(),
    allowed_models_total: z.int().optional(),
  }),
});

/** More names than this would make the answer long without making it clearer. */
const MAX_MODELS = 30;

function keyFields({ key }: Scope): z.input<typeof output>["key"] {
  const models = key?.allowedModels ?? null;
  return {
    id: key?.id ?? undefined,
    label: key?.label ?? undefined,
    prefix: key?.prefix ?? undefined,
    status: key?.status ?? undefined,
    rate_limit_rpm: key?.rateLimitRpm ?? undefined,
    model_limit: key === null ? "not_reported" : models === null ? "none_known" : "listed",
    ...(models && { allowed_models: models.slice(0, MAX_MODELS), allowed_models_total: models.length }),
  };
}

function entityFields({ entity }: Scope): z.input<typeof output>["entity"] {
  if (entity === null) return undefined;
  return {
    type: entity.type ?? undefined,
    id: entity.id ?? undefined,
    name: entity.name ?? undefined,
    department: entity.departmentName ?? undefined,
    department_id: entity.departmentId ?? undefined,
  };
}

export default defineTool({
  name: "get_my_scope",
  title: "My scope",
  description:
    "Returns who this virtual key is and what it is allowed to do (its permissions): label, status, workspace, the " +
    "agent or member it belongs to, permitted models, and its rate limit in requests per minute. Use it first, or " +
    "when figures are unexpectedly empty: a key bound to nobody has no usage data. For its budget use get_my_budget; " +
    "for prices list_available_models; to test the service check_alephant_connection. model_limit none_known means " +
    "no restriction is known; a missing field was not reported. At most 30 models are named.",
  modes: ["vk"],
  toolset: "core",
  effect: "read",
  input: z.strictObject({}),
  output,
  async run(_args, { api, now }) {
    const answer = await api.scope();
    const scope = answer.value;
    const place = scope.workspaceName === null ? "" : ` in workspace ${quoted(scope.workspaceName)}`;
    return {
      headline: `This is ${keyText(scope)}${place}, ${bindingText(answer)}.`,
      basis: plainBasis(now, ["scope"], { degraded: answer.degraded, notes: notesOnAnswer("The scope", answer) }),
      workspace: { id: scope.workspaceId ?? undefined, name: scope.workspaceName ?? undefined },
      binding: bindingOf(answer),
      entity: entityFields(scope),
      key: keyFields(scope),
    };
  },
});
