import type { FetchLike } from "../api/fetch.ts";
import { createHttp, type Wait } from "../api/http.ts";
import { createManagerApi, createManagerWrites } from "../api/manager.ts";
import { createTransport } from "../api/transport.ts";
import { createVkApi } from "../api/vk.ts";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import type { OpenApi } from "../tool/invoke.ts";

/** The client for one credential, and the way to let go of its sockets. */
export interface Connection {
  readonly open: OpenApi;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly config: Config;
  /** For the proxy variables only. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly log: Log;
  /** Told the service's own time with every answer, milliseconds since 1970. */
  readonly hear: (milliseconds: number) => void;
  /** In place of the real network. */
  readonly fetch?: FetchLike;
}

/** One upstream call over all its attempts; a tool call may take longer, because it may make several. */
const MAX_CALL_MS = 25_000;

/** What is kept of a call's time, so that an answer in part still gets out when one of its requests never ends. */
const RESERVE = 0.05;
const LONGEST_RESERVE_MS = 1_000;

/** Builds the API client of a config. Nothing is sent, and no HTTP library is loaded, before its first request. */
export function connect({ config, env, version, log, hear, fetch }: ConnectOptions): Connection {
  const transport = createTransport(env);
  const client = createHttp({
    baseUrl: config.baseUrl,
    credential: config.credential,
    ...(config.workspaceId !== null && { workspaceId: config.workspaceId }),
    fetch: fetch ?? transport.fetch,
    rateLimit: config.rateLimitRpm,
    timeouts: { callMs: Math.min(MAX_CALL_MS, config.timeoutMs) },
    onServerDate: hear,
    userAgent: `alephant-mcp/${version}`,
    log: ({ method, path, attempt, status, code, durationMs }) =>
      log.debug("request", { method, path, attempt, status, code, ms: Math.round(durationMs) }),
  });
  return {
    open: ({ signal, onWait }) => {
      const http = client.bind({
        signal,
        deadline: performance.now() + config.timeoutMs - Math.min(LONGEST_RESERVE_MS, config.timeoutMs * RESERVE),
        onWait: (wait) => onWait(waitText(wait)),
      });
      return {
        api: config.mode === "vk" ? createVkApi(http) : createManagerApi(http),
        writes: createManagerWrites(http),
      };
    },
    close: () => transport.close(),
  };
}

function waitText({ reason, ms }: Wait): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return reason === "rate_limit"
    ? `waiting about ${seconds} s for the rate limit`
    : `trying again in about ${seconds} s`;
}
