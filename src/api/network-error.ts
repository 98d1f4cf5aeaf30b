import {
  type ApiError,
  BadResponseError,
  ConnectionError,
  DeadlineError,
  DnsError,
  type ErrorFacts,
  TlsError,
  UpstreamError,
} from "./errors.ts";

/** Thrown by the transport when `fetch` tries to send one request a second time by itself, as it does on a 421. */
export const REPEATED = "ALEPHANT_REPEATED";

/** What a cause chain says, without its messages. */
interface Signals {
  code: string | undefined;
  /** The chain holds a parser error, which has no code of its own. */
  isNotHttp: boolean;
  /** A connect system call failed, so nothing was sent. */
  isConnect: boolean;
  isBadPort: boolean;
  /** `fetch` gave up without a reason, as it does on a 407 of the service itself. */
  isUnnamed: boolean;
  isOverEncoded: boolean;
  /** A proxy answered the CONNECT with something other than success. */
  proxyStatus: string | undefined;
}

/**
 * Turns what `fetch` threw into one of our errors. Messages of the network stack are not passed on: they can quote the request.
 * `outcome` is `not_sent` only where the code proves that no request left.
 */
export function networkError(thrown: unknown, host: string, facts: ErrorFacts): ApiError {
  const signals = readSignals(thrown);
  const { code } = signals;
  const known = { ...facts, ...(code === undefined ? {} : { reason: code }) };
  const never: ErrorFacts = { ...known, outcome: "not_sent" };
  const maybe: ErrorFacts = { ...known, outcome: "unknown" };

  if (signals.proxyStatus !== undefined) {
    const text = `The proxy refused the connection (${signals.proxyStatus}). Check HTTPS_PROXY.`;
    return new ConnectionError("PROXY_AUTH", text, never);
  }
  if (signals.isBadPort) {
    return new ConnectionError("UNREACHABLE", `The port of ${host} is not allowed for HTTP.`, never);
  }
  if (signals.isUnnamed) {
    const text = "The connection was given up, as after a demand for a proxy login (407). Check HTTPS_PROXY.";
    return new ConnectionError("PROXY_AUTH", text, maybe);
  }
  if (signals.isOverEncoded) return new BadResponseError("Unexpected encoding.", maybe);
  if (signals.isNotHttp) return new BadResponseError(`${host} did not answer with HTTP.`, maybe);
  // These may also end a connection on which the request has left already.
  if (!signals.isConnect && (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH")) {
    const text = code === "ETIMEDOUT" ? "The connection timed out." : "The connection was lost.";
    return new ConnectionError("CONNECTION_LOST", text, { ...maybe, isRetryable: true });
  }
  switch (code) {
    case "ECONNREFUSED":
    case "EHOSTUNREACH":
    case "ENETUNREACH": {
      const text = `Cannot connect to ${host}. Check network, VPN and base URL.`;
      return new ConnectionError("UNREACHABLE", text, { ...never, isRetryable: true });
    }
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new DnsError(`The host name ${host} could not be resolved.`, {
        ...never,
        isRetryable: code === "EAI_AGAIN",
      });
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return new DeadlineError(`No connection to ${host} within 5 s.`, { ...never, isRetryable: true });
    case "UND_ERR_HEADERS_TIMEOUT":
      return new DeadlineError("No answer within 10 s.", { ...maybe, isRetryable: true });
    case "UND_ERR_BODY_TIMEOUT":
      return new DeadlineError("The answer stopped arriving.", { ...maybe, isRetryable: true });
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return new ConnectionError("CONNECTION_LOST", "The service closed the connection.", {
        ...maybe,
        isRetryable: true,
      });
    case "UND_ERR_HEADERS_OVERFLOW":
      return new BadResponseError("The response headers are too large.", maybe);
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return new BadResponseError("Malformed response.", maybe);
    case REPEATED:
      return new UpstreamError("The service failed (421).", { ...maybe, status: 421 });
  }
  return tlsError(code, host, never, maybe) ?? encodingError(code, maybe) ?? lost(maybe);
}

/** Certificate checks and handshakes come before the request; any other TLS failure may come after it. */
function tlsError(code: string | undefined, host: string, never: ErrorFacts, maybe: ErrorFacts): TlsError | null {
  if (code === undefined) return null;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return new TlsError(`The certificate does not belong to ${host}.`, never);
  if (CERTIFICATE.test(code)) {
    const text = `The certificate of ${host} is not trusted. If a company proxy inspects TLS, set NODE_EXTRA_CA_CERTS.`;
    return new TlsError(text, never);
  }
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    return new TlsError(`${host} does not speak HTTPS on this port.`, never);
  }
  if (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") || code === "EPROTO") {
    return new TlsError(`The encrypted connection to ${host} failed.`, maybe);
  }
  return null;
}

const CERTIFICATE =
  /^(?:CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

function encodingError(code: string | undefined, facts: ErrorFacts): BadResponseError | null {
  return code?.startsWith("Z_") ? new BadResponseError("Unexpected encoding.", facts) : null;
}

function lost(facts: ErrorFacts): ConnectionError {
  return new ConnectionError("CONNECTION_LOST", "The connection failed.", facts);
}

const CODE = /^[A-Z][A-Z0-9_]{2,60}$/;
const LONGEST_CHAIN = 10;

/** Walks causes and the parts of an AggregateError; the first code found wins, because the outer ones carry none. */
function readSignals(thrown: unknown): Signals {
  const signals: Signals = {
    code: undefined,
    isNotHttp: false,
    isConnect: false,
    isBadPort: false,
    isUnnamed: false,
    isOverEncoded: false,
    proxyStatus: undefined,
  };
  const pending: unknown[] = [thrown];
  for (let i = 0; i < pending.length && i < LONGEST_CHAIN; i += 1) {
    const error = pending[i];
    if (!(error instanceof Error)) continue;
    const code = "code" in error && typeof error.code === "string" && CODE.test(error.code) ? error.code : undefined;
    if (error.name === "HTTPParserError" || code?.startsWith("HPE_")) signals.isNotHttp = true;
    else signals.code ??= code;
    if ("syscall" in error && error.syscall === "connect") signals.isConnect = true;
    if (error.message === "bad port") signals.isBadPort = true;
    if (i > 0 && isNameless(error)) signals.isUnnamed = true;
    if (error.message.startsWith("too many content-encodings")) signals.isOverEncoded = true;
    signals.proxyStatus ??= /^Proxy response \((\d{3})\)/.exec(error.message)?.[1];
    pending.push(error.cause);
    if (error instanceof AggregateError) pending.push(...error.errors);
  }
  return signals;
}

function isNameless(error: Error): boolean {
  return error.message === "" && error.cause === undefined && !("code" in error) && !(error instanceof AggregateError);
}
