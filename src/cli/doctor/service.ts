import { ApiError } from "../../api/errors.ts";
import type { FetchLike } from "../../api/fetch.ts";
import { createHttp } from "../../api/http.ts";
import { type Health, readHealth } from "../../api/resources/health.ts";
import { createTransport } from "../../api/transport.ts";
import type { Config } from "../../config.ts";
import type { Host } from "../host.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const LONGEST_CHECK_MS = 15_000;
/** Windows of a day and expiry times stay right within this; a certificate or a signed proxy may not. */
const TOLERATED_SKEW_S = 60;

const CHECK = "connection";

/** Asks for the public health, without the credential; an answer of any kind also tells the service's time. */
export async function checkConnection(
  { baseUrl, credential, rateLimitRpm }: Config,
  { env, version }: Pick<Host, "env" | "version">,
  fetch?: FetchLike,
): Promise<Finding[]> {
  const transport = createTransport(env);
  const signal = AbortSignal.timeout(LONGEST_CHECK_MS);
  const clock: { skewMs?: number } = {};
  const client = createHttp({
    baseUrl,
    credential,
    fetch: fetch ?? transport.fetch,
    rateLimit: rateLimitRpm,
    userAgent: `alephant-mcp/${version}`,
    onServerDate: (milliseconds) => {
      clock.skewMs = Date.now() - milliseconds;
    },
  });
  const started = performance.now();
  try {
    const health = await readHealth(client.bind({ signal, deadline: started + LONGEST_CHECK_MS }));
    return [judge(baseUrl.host, health, performance.now() - started), ...judgeClock(clock.skewMs)];
  } catch (error) {
    return [explain(baseUrl.host, error), ...judgeClock(clock.skewMs)];
  } finally {
    await transport.close();
  }
}

function judge(host: string, { status }: Health, ms: number): Finding {
  const text = `${host} answered in ${Math.round(ms)} ms; it calls itself ${status ?? "nothing in particular"}.`;
  return status === null || status === "healthy"
    ? ok(CHECK, text)
    : warn(CHECK, text, "Try again later; figures may be incomplete meanwhile.");
}

function explain(host: string, error: unknown): Finding {
  if (!(error instanceof ApiError)) {
    return fail(CHECK, `${host} did not answer within ${LONGEST_CHECK_MS / 1000} s.`, "Check network, VPN and proxy.");
  }
  const text = `[${error.code}] ${error.message}`;
  // An answer with an error status proves the connection; what counts then is the check of the credential.
  if (error.status !== undefined && error.status !== 404) {
    return warn(
      CHECK,
      `${host} answers, but its health could not be read: ${text}`,
      "Go by the check of the credential.",
    );
  }
  const fix =
    error.code === "BAD_RESPONSE" || error.status === 404
      ? "Check ALEPHANT_API_BASE_URL: this does not look like the service."
      : "Check ALEPHANT_API_BASE_URL, network, VPN and proxy.";
  return fail(CHECK, text, fix);
}

function judgeClock(skewMs: number | undefined): Finding[] {
  if (skewMs === undefined) return [];
  const seconds = Math.round(skewMs / 1000);
  if (Math.abs(seconds) <= TOLERATED_SKEW_S) return [ok("clock", "This clock agrees with the service's.")];
  const side = seconds > 0 ? "ahead of" : "behind";
  return [
    warn(
      "clock",
      `This clock is ${Math.abs(seconds)} s ${side} the service's.`,
      "Set the clock, best by network time.",
    ),
  ];
}
