import { ApiError, CancelledError } from "../api/errors.ts";
import type { CredentialProof, Health } from "../api/spend.ts";
import { failedNote, type Note } from "../finops/basis.ts";
import { word } from "../tool/quote.ts";
import { bindingText, keyText } from "./scope.ts";

/** The service's word on its health, or why there was none. */
export type HealthOutcome = Health | ApiError;

/** Health is a hint: whatever goes wrong with it is a warning, because the credential is proven elsewhere. */
export async function readHealth(request: Promise<Health>): Promise<HealthOutcome> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError && !(error instanceof CancelledError)) return error;
    throw error;
  }
}

/** What the health check found, in a few words, and the note it owes the reader. */
export function judgeHealth(health: HealthOutcome): { status: "ok" | "warning"; found: string; notes: Note[] } {
  if (health instanceof ApiError) {
    return {
      status: "warning",
      found: `no answer (${health.code})`,
      notes: [failedNote("The service's health", health.code)],
    };
  }
  const troubled = health.components.filter(({ status }) => status !== "up" && status !== null);
  const parts = troubled.map(({ name, status }) => `${word(name)} ${word(status ?? "")}`);
  const version = health.version === null ? [] : [`version ${health.version}`];
  const found = [health.status === null ? "no status reported" : word(health.status), ...parts, ...version].join(", ");
  if (health.status === "healthy" && troubled.length === 0) return { status: "ok", found, notes: [] };
  const text = `The service's health: ${found}; figures may be late or missing.`;
  return { status: "warning", found, notes: [{ code: "degraded_source", text }] };
}

/** What the check of the credential found. */
export function proofText({ path, scope, overview }: CredentialProof): string {
  if (scope !== null) return `accepted by ${path}: ${keyText(scope.value)}, ${bindingText(scope)}`;
  return `accepted by ${path}${overview === null ? ", whose answer had an unknown shape" : ""}; only reading was tested`;
}

/** Runs a request and says how long it took, waits for the rate limit and further attempts included. */
export async function timed<T>(work: Promise<T>): Promise<{ value: T; latency_ms: number }> {
  const started = performance.now();
  const value = await work;
  return { value, latency_ms: Math.round(performance.now() - started) };
}
