import type { Secret } from "../secret.ts";
import { clean } from "../text.ts";
import { dropBody, LARGEST_BODY, LARGEST_ERROR_BODY, readBody } from "./body.ts";
import { decodeJson } from "./decode.ts";
import { ApiError, BadResponseError, type ErrorFacts, RedirectError, UpstreamError } from "./errors.ts";
import type { FetchLike, FetchResponse } from "./fetch.ts";
import { networkError } from "./network-error.ts";
import type { ApiPath } from "./path.ts";
import type { Payload } from "./payload.ts";
import { isRecord, own } from "./record.ts";
import { retryAfterMs } from "./retry.ts";
import { readErrorBody, serviceCode, statusError } from "./status-error.ts";

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Request {
  method: "GET" | "POST" | "PATCH" | "PUT";
  path: ApiPath;
  query?: Query;
  body?: object;
  withoutCredential?: boolean;
}

/** To whom and as whom requests are sent. */
export interface Sender {
  baseUrl: URL;
  credential: Secret;
  workspaceId: string | undefined;
  userAgent: string;
  fetch: FetchLike;
  /** Wall clock, milliseconds. */
  now: () => number;
  /** Told the service's own time, read from an answer. */
  onServerDate: ((milliseconds: number) => void) | undefined;
}

const LONGEST_SERVICE_TEXT = 300;

/**
 * One request and its whole answer. The only function that attaches the credential, and the only one that reads an answer.
 *
 * @throws ApiError for every failure but an abort; the signal's reason then
 */
export async function send(request: Request, sender: Sender, signal: AbortSignal): Promise<Payload> {
  const path = request.path.toString();
  const facts: ErrorFacts = { path, method: request.method };
  const url = urlOf(request, sender.baseUrl);
  let response: FetchResponse;
  try {
    response = await sender.fetch(url.href, {
      method: request.method,
      headers: headersOf(request, sender, url),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal,
      redirect: "manual",
    });
    reportDate(response, sender);
    return await receive(response, request, sender, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ApiError
      ? error.locate(request.method, path)
      : networkError(error, sender.baseUrl.host, facts);
  }
}

async function receive(
  response: FetchResponse,
  request: Request,
  sender: Sender,
  signal: AbortSignal,
): Promise<Payload> {
  const { status } = response;
  if (status >= 300 && status <= 399) throw redirect(response, sender.baseUrl);
  if (status < 200 || status > 299) throw await failure(response, sender, signal);
  checkEncoding(response);
  const bytes = await readBody(response, LARGEST_BODY, signal);
  const root = bytes.byteLength === 0 ? null : decodeJson(checkType(response, bytes));
  if (root === null && request.method === "GET") throw new BadResponseError("Empty answer.", { status });
  if (root !== null && typeof root !== "object") throw new BadResponseError("Unexpected answer.", { status });
  checkEnvelopeCode(root, status, sender);
  return {
    path: request.path.toString(),
    status,
    isEmpty: root === null,
    root,
    clean: (text) => clean(text, { secrets: [sender.credential] }),
  };
}

/** The configured base may have a path of its own; nothing that is appended may leave it or its origin. */
function urlOf({ path, query = {} }: Request, baseUrl: URL): URL {
  const prefix = baseUrl.pathname.replace(/(?<!\/)\/+$/, "");
  const url = new URL(`${baseUrl.origin}${prefix}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function headersOf(request: Request, sender: Sender, url: URL): Record<string, string> {
  const headers: Record<string, string> = {
    accept: "application/json",
    "accept-encoding": "identity",
    "user-agent": sender.userAgent,
  };
  if (request.body !== undefined) headers["content-type"] = "application/json";
  if (request.withoutCredential === true || url.origin !== sender.baseUrl.origin) return headers;
  headers.authorization = `Bearer ${sender.credential.reveal()}`;
  if (sender.workspaceId !== undefined) headers["x-workspace-id"] = sender.workspaceId;
  return headers;
}

function reportDate(response: FetchResponse, sender: Sender): void {
  if (sender.onServerDate === undefined) return;
  const milliseconds = Date.parse(response.headers.get("date") ?? "");
  // An answer out of a cache is as old as the cache says.
  const age = /^\d{1,9}$/.exec(response.headers.get("age") ?? "0");
  if (!Number.isNaN(milliseconds) && age !== null) sender.onServerDate(milliseconds + Number(age[0]) * 1_000);
}

/** A host name can be a sentence of thousands of letters. */
const LONGEST_ORIGIN = 64;

/** Followed redirects could take the credential elsewhere, and turn a POST into a GET that succeeds. */
function redirect(response: FetchResponse, baseUrl: URL): RedirectError {
  dropBody(response);
  const target = originOf(response.headers.get("location"), baseUrl);
  const shown = target === null ? "an unreadable address" : clean(target, { limit: LONGEST_ORIGIN });
  const text = `The service redirected to ${shown}; not followed, it could expose your credential.`;
  return new RedirectError(text, { status: response.status, targetOrigin: target });
}

/** Scheme, host and port only: a path or query could carry anything. */
function originOf(location: string | null, baseUrl: URL): string | null {
  if (location === null || !URL.canParse(location, baseUrl.href)) return null;
  const { origin, protocol } = new URL(location, baseUrl);
  return protocol === "http:" || protocol === "https:" ? origin : null;
}

async function failure(response: FetchResponse, sender: Sender, signal: AbortSignal): Promise<ApiError> {
  const { body, isPlain } = await errorBody(response, signal);
  const told = readErrorBody(body);
  const text = told.text === undefined ? "" : cleanServiceText(told.text, sender);
  const waitMs = retryAfterMs(response.headers.get("retry-after"), response.headers.get("date"), sender.now());
  const facts: ErrorFacts = {
    ...(told.serviceCode === undefined ? {} : { serviceCode: told.serviceCode }),
    ...(text === "" ? {} : { serviceText: text }),
    ...(waitMs === null ? {} : { retryAfterSeconds: Math.ceil(waitMs / 1000) }),
  };
  return statusError(response.status, facts, isPlain, sender.workspaceId !== undefined);
}

/** The status has spoken already: whatever is wrong with the body only means that it says nothing. */
async function errorBody(response: FetchResponse, signal: AbortSignal): Promise<{ body: unknown; isPlain: boolean }> {
  try {
    checkEncoding(response);
    const bytes = await readBody(response, LARGEST_ERROR_BODY, signal);
    if (bytes.byteLength === 0) return { body: null, isPlain: true };
    return { body: decodeJson(checkType(response, bytes)), isPlain: true };
  } catch {
    signal.throwIfAborted();
    return { body: null, isPlain: false };
  }
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const HTML_TYPE = /^(?:text\/html|application\/xhtml\+xml)\b/i;

function checkType(response: FetchResponse, bytes: Uint8Array): Uint8Array {
  const type = response.headers.get("content-type") ?? "";
  if (JSON_TYPE.test(type)) return bytes;
  throw new BadResponseError(
    HTML_TYPE.test(type) ? "Got a web page instead of data (proxy or login page?)." : "Unexpected content type.",
    { status: response.status },
  );
}

/** An encoding the transport does not know reaches us undecoded. */
function checkEncoding(response: FetchResponse): void {
  const encodings = (response.headers.get("content-encoding") ?? "identity").toLowerCase().split(",");
  if (encodings.every((name) => /^(?:|identity|gzip|deflate|br)$/.test(name.trim()))) return;
  dropBody(response);
  throw new BadResponseError("Unexpected encoding.", { status: response.status });
}

/** HTTP 200 can mean "failed": success is a `code` that is absent, 0 or 200. */
function checkEnvelopeCode(root: unknown, status: number, sender: Sender): void {
  const code = isRecord(root) ? own(root, "code") : undefined;
  if (code === undefined || code === null) return;
  const number = serviceCode(code);
  if (number === 0 || number === 200) return;
  const { text } = readErrorBody(root);
  throw new UpstreamError(
    number === undefined ? "The service reported an error." : `The service reported error ${number}.`,
    {
      status,
      ...(number === undefined ? {} : { serviceCode: number }),
      ...(text === undefined ? {} : { serviceText: cleanServiceText(text, sender) }),
    },
  );
}

function cleanServiceText(text: string, sender: Sender): string {
  return clean(text, { secrets: [sender.credential], limit: LONGEST_SERVICE_TEXT }).trim();
}
