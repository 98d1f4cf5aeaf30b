import { NOTE_CODES, type NoteCode } from "../../src/finops/basis.ts";
import type { ToolErrorCode } from "../../src/tool/errors.ts";
import { code, table } from "./blocks.ts";

/** Typed by the closed list of codes: a new code does not compile before it is explained here. */
const ERRORS: Record<ToolErrorCode, readonly [cause: string, fix: string]> = {
  INVALID_ARGUMENT: [
    "An argument is missing, unknown or out of range. Nothing was sent.",
    "The text names it; ask again.",
  ],
  AUTH: [
    "The service refused the credential. For a virtual key it does not say why: unknown, disabled, expired, revoked and deleted look alike.",
    "Check the key or PAT in the Alephant dashboard, then restart the server with the new one.",
  ],
  FORBIDDEN: [
    "The PAT's scope is too small, the workspace is not its own, or a limit of the plan is reached.",
    "Use a PAT with the scope the text names; check `ALEPHANT_WORKSPACE_ID`.",
  ],
  NOT_FOUND: [
    "No such agent, key, member or department in this workspace.",
    "Look the id up with the tool the text names.",
  ],
  RATE_LIMITED: [
    "The service, or this program's own limit, allows no more calls for now.",
    "Wait as long as the text says; raise `ALEPHANT_RATE_LIMIT_RPM` if it is the own limit.",
  ],
  BUSY: ["Too many calls wait in this process already.", "Ask again when others have ended."],
  REJECTED: [
    "The service refused the request as it was.",
    "The service's own sentence is quoted; change the arguments.",
  ],
  CONFLICT: ["Something else changed the same thing meanwhile.", "Read the present state, then decide again."],
  UPSTREAM_ERROR: ["The service failed (5xx or an error inside a good answer).", "Try again shortly."],
  UNREACHABLE: ["No connection to the host.", "Check `ALEPHANT_API_BASE_URL`, network and proxy."],
  CONNECTION_LOST: ["The connection broke before the answer was complete.", "Try again; for a change, look first."],
  PROXY_AUTH: ["The proxy refused, or its address is unusable.", "Check `HTTPS_PROXY` and `HTTP_PROXY`."],
  DNS: ["The host name is unknown.", "Check the spelling of `ALEPHANT_API_BASE_URL`."],
  TLS: [
    "The certificate cannot be trusted. It is always checked.",
    "Add a private authority with `NODE_EXTRA_CA_CERTS=/path/to/ca.pem`.",
  ],
  TIMEOUT: ["No complete answer before the deadline.", "Ask for a shorter window, or raise `ALEPHANT_TIMEOUT_MS`."],
  REDIRECT: [
    "The service answered with a redirect, which is never followed: it could carry the credential elsewhere.",
    "Set `ALEPHANT_API_BASE_URL` to the final address, if it is the one you trust.",
  ],
  BAD_DATA: [
    "The answer is JSON of a shape that cannot be read safely; nothing was computed from it.",
    "Check for a newer version of this program.",
  ],
  BAD_RESPONSE: [
    "The answer is no usable JSON, often a web page of a proxy or login.",
    "Open the base URL in a browser.",
  ],
  TOO_LARGE: ["The answer is larger than any real one.", "Ask for a shorter window."],
  CANCELLED: ["The host cancelled the call.", "Nothing to do."],
  NOT_CONFIRMED: [
    "The person said no, did not answer in time, or answered something else. Nothing was sent.",
    "Ask again only if the person wants it.",
  ],
  CONFIRMATION_UNAVAILABLE: [
    "The host cannot ask a person, and `ALEPHANT_CONFIRM=elicit` or a rule demands it.",
    "Use a host that can, or set `ALEPHANT_CONFIRM=auto`.",
  ],
  CONFIRMATION_INVALID: [
    "The token is not one of this process, or the host can ask a person itself.",
    "Call again without a token.",
  ],
  CONFIRMATION_USED: ["The token has been used; it counts once.", "Call again without a token for a new plan."],
  CONFIRMATION_EXPIRED: ["The token is older than five minutes.", "Call again without a token for a new plan."],
  CONFIRMATION_MISMATCH: [
    "The token was given for other arguments, another tool or another credential; it is spent.",
    "Call again without a token for a new plan.",
  ],
  TARGET_CHANGED: [
    "What is to be changed has changed since the plan was shown. Nothing was sent.",
    "Look at the new plan in the text, then decide again.",
  ],
  AUDIT_UNAVAILABLE: [
    "The record of changes cannot be written, so nothing is changed.",
    "Make the file of `ALEPHANT_AUDIT_FILE` writable for you alone.",
  ],
  POLICY_DENIED: ["A rule of `ALEPHANT_POLICY_FILE` forbids it.", "Ask whoever wrote the rules."],
  ESCALATED: ["A rule leaves the decision to somebody else.", "Ask the approver that the text names."],
  INTERNAL: ["A mistake in this program.", "Run with `ALEPHANT_LOG_LEVEL=debug` and report the line on stderr."],
};

const NOTES: Record<NoteCode, string> = {
  partial_today: "The window holds today, which is not over.",
  late_data_possible: "The UTC day is younger than an hour: yesterday may still grow.",
  degraded_source: "The service itself called its figures incomplete.",
  truncated_rows: 'Not everything could be read or looked at; counts are "at least".',
  missing_days: "Some days or points are unknown, and left out of averages.",
  sub_call_failed: "A part could not be read; what depends on it is null.",
  placeholder_suspected: "The service answered with zeros or nothing where there should be something.",
  unattributed_remainder: "Part of the total belongs to no listed row.",
  over_attributed: "Rows repeat, or add up to more than the total; both figures are shown.",
  short_history:
    "How many complete days a figure rests on, and what was left out of them; with few, it is rough or missing.",
  mixed_currency: "An amount is not in US dollars and was left out.",
  unit_unknown: "The unit of a figure is not certain; the text says whether it was assumed or left out.",
  window_mismatch: "Two sources may speak of different windows.",
  calendar_mix: "The two windows hold different numbers of weekend days.",
  lower_bound: "The true figure is this or more, or cannot be told.",
  price_missing: "A price or token count is missing, so some factors cannot be told apart.",
  clock_skew:
    "This computer's clock is off by more than five minutes, or the service reports days that have not come yet.",
  unknown_word: "The service used a word that this version does not know; it is shown as `unknown(word)`.",
};

export function errorTable(): string {
  return table(
    ["Code", "What happened", "What to do"],
    Object.entries(ERRORS).map(([name, [cause, fix]]) => [code(name), cause, fix]),
  );
}

export function noteTable(): string {
  return table(
    ["Note", "Meaning"],
    NOTE_CODES.map((name) => [code(name), NOTES[name]]),
  );
}
