import type { Agent, Dispatcher, EnvHttpProxyAgent } from "undici";
import { ConnectionError } from "./errors.ts";
import type { FetchLike } from "./fetch.ts";
import { REPEATED } from "./network-error.ts";

/** The way to the real network. */
export interface Transport {
  fetch: FetchLike;
  /** Ends idle and running connections; without it they keep the process alive. */
  close(): Promise<void>;
}

/** Environment variables as a plain object. */
export type Environment = Readonly<Record<string, string | undefined>>;

const CONNECT_MS = 5_000;
const LIMITS = {
  headersTimeout: 10_000,
  bodyTimeout: 10_000,
  maxHeaderSize: 16 * 1024,
  connections: 4,
  pipelining: 1,
} as const;

/** Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
const VERIFIED = { rejectUnauthorized: true } as const;

/** Calls to this machine must not take the way through a proxy. */
const LOOPBACK = "localhost,127.0.0.1,[::1]";

/**
 * The production transport: npm undici's own `fetch` with an agent of the same package, loaded with the first request. A proxy
 * is used only when the environment names one.
 */
export function createTransport(env: Environment): Transport {
  let loading: Promise<Loaded> | undefined;
  return {
    async fetch(url, init) {
      loading ??= load(env);
      const { undici, agent } = await loading;
      // A fresh guard for every request: it lets exactly one dispatch through.
      return await undici.fetch(url, { ...init, dispatcher: agent.compose(once) });
    },
    async close() {
      const loaded = await loading?.catch(() => undefined);
      await loaded?.agent.destroy();
    },
  };
}

interface Loaded {
  undici: typeof import("undici").default;
  agent: Agent | EnvHttpProxyAgent;
}

async function load(env: Environment): Promise<Loaded> {
  // The default export is there in a bundle as well, where a CommonJS package has no named ones.
  const { default: undici } = await import("undici");
  const connect = { ...VERIFIED, timeout: CONNECT_MS };
  const httpProxy = env.http_proxy || env.HTTP_PROXY;
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY;
  if (!httpProxy && !httpsProxy) return { undici, agent: new undici.Agent({ ...LIMITS, connect }) };
  const excluded = env.no_proxy || env.NO_PROXY || "";
  try {
    const agent = new undici.EnvHttpProxyAgent({
      ...LIMITS,
      connect,
      // The tunnelled connection is not covered by `connect`.
      requestTls: connect,
      proxyTls: connect,
      noProxy: excluded.trim() === "*" ? "*" : `${excluded},${LOOPBACK}`,
      // Empty texts keep the agent from looking into the process's environment by itself.
      httpProxy: httpProxy || "",
      httpsProxy: httpsProxy || "",
    });
    return { undici, agent };
  } catch {
    throw new ConnectionError("PROXY_AUTH", "HTTPS_PROXY or HTTP_PROXY holds no usable address.", {
      outcome: "not_sent",
    });
  }
}

/** `fetch` sends a request that was answered 421 a second time, writes included. This stops it. */
const once: Dispatcher.DispatcherComposeInterceptor = (dispatch) => {
  let isUsed = false;
  return (options, handler) => {
    if (isUsed) throw new RepeatedDispatch();
    isUsed = true;
    return dispatch(options, handler);
  };
};

class RepeatedDispatch extends Error {
  readonly code = REPEATED;
}
