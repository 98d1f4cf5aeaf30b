import * as z from "zod";
import { facts, plainBasis } from "../../gather/answer.ts";
import { judgeHealth, proofText, readHealth, timed } from "../../gather/connection.ts";
import { notesOnAnswer } from "../../gather/service-remark.ts";
import { unknownWritesText } from "../../tool/audit.ts";
import { defineTool } from "../../tool/define.ts";

const output = facts({
  connected: z.boolean(),
  mode: z.enum(["vk", "manager"]),
  host: z.string(),
  workspace: z.strictObject({ id: z.string().optional(), name: z.string().optional() }),
  checks: z.array(
    z.strictObject({
      name: z.enum(["service_health", "credential", "earlier_writes"]),
      status: z.enum(["ok", "warning"]),
      found: z.string(),
      latency_ms: z.int(),
    }),
  ),
});

function checks(...found: z.output<typeof output>["checks"]): z.output<typeof output>["checks"] {
  return found;
}

export default defineTool({
  name: "check_alephant_connection",
  title: "Check the connection",
  description:
    "Checks that Alephant answers and accepts the configured credential; returns host, mode, workspace, and per check " +
    "what it found and its latency in ms. Use it first when another tool fails. It returns no spend: for that call " +
    "get_usage_summary. Two checks run: public health, whose trouble is only a warning, and one read with the " +
    "credential, which is the proof; a refusal is an error that says why. Write access is not tested. Writes of an " +
    "earlier run whose outcome is unknown are named.",
  modes: ["vk", "manager"],
  toolset: "core",
  effect: "read",
  input: z.strictObject({}),
  output,
  async run(_args, { api, service, now, unknownWrites }) {
    const [health, proof, earlier] = await Promise.all([
      timed(readHealth(api.health())),
      timed(api.proveCredential()),
      timed(unknownWrites()),
    ]);
    const { notes, ...healthCheck } = judgeHealth(health.value);
    const { scope, overview } = proof.value;
    const answer = scope ?? overview ?? { degraded: false, message: null };
    const credential = api.mode === "vk" ? "virtual key" : "PAT";
    const unknown = unknownWritesText(earlier.value);
    const warnings = [
      ...(healthCheck.status === "warning" ? [` Warning, service health: ${healthCheck.found}.`] : []),
      ...(unknown === null
        ? []
        : [` Warning: ${unknown}; check with list_virtual_keys or get_workspace_budget_status.`]),
    ];
    return {
      headline: `Connected to ${service.host}: the ${credential} was accepted in ${proof.latency_ms} ms.${warnings.join("")}`,
      basis: plainBasis(now, ["health", api.mode === "vk" ? "scope" : "overview"], {
        degraded: answer.degraded,
        notes: [...notes, ...notesOnAnswer("The check of the credential", answer)],
      }),
      connected: true,
      mode: api.mode,
      host: service.host,
      workspace: {
        id: scope?.value.workspaceId ?? service.workspaceId ?? undefined,
        name: scope?.value.workspaceName ?? undefined,
      },
      checks: checks(
        { name: "service_health", ...healthCheck, latency_ms: health.latency_ms },
        { name: "credential", status: "ok", found: proofText(proof.value), latency_ms: proof.latency_ms },
        ...(unknown === null
          ? []
          : [{ name: "earlier_writes", status: "warning", found: unknown, latency_ms: earlier.latency_ms } as const]),
      ),
    };
  },
});
