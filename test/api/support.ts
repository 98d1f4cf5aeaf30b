import { HttpResponse, type HttpResponseResolver, http as msw } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { FetchLike, FetchResponse } from "../../src/api/fetch.ts";
import { type Call, createHttp, type Http, type HttpOptions } from "../../src/api/http.ts";
import { Secret } from "../../src/secret.ts";

export const ORIGIN = "https://api.example.test";
export const PAT = "pat_wsa3f8c2_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
export const VK = "vk-agent-a3f8c2d4e5f60718293a4b5c6d7e8f90";
export const WORKSPACE = "550e8400-e29b-41d4-a716-446655440000";
export const KEY_ID = "79a583b6-1fe1-41bf-a53b-c23b469329b1";
export const AGENT_ID = "7b1af75d-6833-40bc-842a-78946a053c2a";
export const TODAY = "2026-11-20";
export const WEEK = { from: "2026-11-14", to: TODAY };

/** Looked up at call time, so that msw's patch is seen. */
export const testFetch: FetchLike = (url, init) => globalThis.fetch(url, init);

/** A request as the service saw it. */
export interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
}

/** Starts msw for one test file; every request that leaves is recorded, and one without a handler fails the test. */
export function useService() {
  const server = setupServer();
  const seen: Seen[] = [];
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => {
    server.resetHandlers();
    seen.length = 0;
  });
  afterAll(() => server.close());

  const record = async (request: Request): Promise<void> => {
    const url = new URL(request.url);
    const text = await request.clone().text();
    seen.push({
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(request.headers),
      body: text === "" ? null : JSON.parse(text),
    });
  };

  return {
    seen,
    /** Answers `METHOD /path`. Several answers are given one after the other, the last one for ever. */
    on(endpoint: string, ...answers: Answering[]) {
      const [method = "GET", path = "/"] = endpoint.split(" ");
      let turn = 0;
      const resolver: HttpResponseResolver = async (info) => {
        await record(info.request);
        const answer = answers[Math.min(turn, answers.length - 1)];
        turn += 1;
        if (typeof answer === "function") return answer(info);
        return toResponse(answer ?? { body: null });
      };
      const url = `${ORIGIN}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
      const verbs = { GET: msw.get, POST: msw.post, PATCH: msw.patch, PUT: msw.put };
      const verb = Object.entries(verbs).find(([name]) => name === method)?.[1] ?? msw.all;
      server.use(verb(url, resolver));
    },
  };
}

export interface Plain {
  body: unknown;
  status?: number;
  headers?: Record<string, string>;
}
export type Answering = Plain | HttpResponseResolver;

export function toResponse({ body, status = 200, headers = {} }: Plain): HttpResponse<string> {
  const isText = typeof body === "string";
  const type = { "content-type": isText ? "text/html" : "application/json" };
  const text = body === null ? null : isText ? body : JSON.stringify(body);
  return new HttpResponse(text, { status, headers: { ...type, ...lowerCased(headers) } });
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

export interface Setup extends Partial<HttpOptions> {
  mode?: "vk" | "manager";
  call?: Partial<Call>;
}

/** A client without throttle and without retry waits, bound to one call. */
export function connect({ mode = "manager", call = {}, ...options }: Setup = {}): Http {
  const credential = new Secret(mode === "vk" ? VK : PAT);
  const client = createHttp({
    baseUrl: new URL(ORIGIN),
    credential,
    ...(mode === "manager" ? { workspaceId: WORKSPACE } : {}),
    fetch: testFetch,
    rateLimit: 0,
    writePace: { spacingMs: 0, perHour: 0 },
    random: () => 0,
    userAgent: "alephant-mcp/test",
    ...options,
  });
  return client.bind({ signal: new AbortController().signal, deadline: performance.now() + 30_000, ...call });
}

/** A whole answer for a client whose `fetch` is a function of the test. */
export function answerOf(body: unknown, status = 200): FetchResponse {
  const chunks: Uint8Array[] = [Buffer.from(JSON.stringify(body))];
  const read = async () => {
    const value = chunks.shift();
    return { done: value === undefined, value };
  };
  return {
    status,
    headers: { get: (name) => (name === "content-type" ? "application/json" : null) },
    body: { getReader: () => ({ read, cancel: async () => {} }) },
  };
}
