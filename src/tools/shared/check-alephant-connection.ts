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
    "Checks that the Alephant service can be reached and the configured credential is accepted; returns host, mode, " +
    "workspace, and per check its result and latency in ms. Use it to test that the integration and key still work, " +
    "or when every call fails with errors: it tells a service that is down from a key or token refused (expired, " +
    "revoked). One read with the credential is the proof; health trouble only a warning. Writing is not tested. " +
    "Earlier changes of unknown outcome are named. For spend use get_usage_summary.",
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
