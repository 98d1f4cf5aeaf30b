import type { Scope } from "../api/resources/scope.ts";
import type { Answer } from "../api/spend.ts";
import { quoted, word } from "../tool/quote.ts";

/** `virtual key "CS-Bot-Key" (active)`, or `a virtual key` when the answer does not describe it. */
export function keyText({ key }: Scope): string {
  const name = key?.label ? `virtual key ${quoted(key.label)}` : "a virtual key";
  return `${name}${key?.status ? ` (${word(key.status)})` : ""}`;
}

/** Whether the key belongs to an agent or member; without live data, a missing owner proves nothing. */
export function bindingOf({ value, degraded }: Answer<Scope>): "bound" | "unbound" | "not_reported" {
  if (value.entity !== null) return "bound";
  return value.entityReported && !degraded ? "unbound" : "not_reported";
}

/** What the key is bound to, and what follows when it is bound to nothing. */
export function bindingText(answer: Answer<Scope>): string {
  const binding = bindingOf(answer);
  if (binding === "unbound") return "bound to no agent or member, so the service has no usage data for it";
  const { entity } = answer.value;
  if (binding === "not_reported" || entity === null) return "and the service did not say what it is bound to";
  const owner = entity.name ?? entity.id;
  return `bound to ${entity.type === null ? "an entity" : word(entity.type)}${owner ? ` ${quoted(owner)}` : ""}`;
}
