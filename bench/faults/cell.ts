import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { type Answered, type Caller, openBinary, openCaller } from "./caller.ts";
import type { Address, Asked, Expected, Row } from "./row.ts";
import { type FaultServer, startFaultServer } from "./server.ts";

/** The five questions asked of every cell. */
export const ORACLES = ["hits", "code", "text", "time", "next call"] as const;
export type Oracle = (typeof ORACLES)[number];

export interface CellResult {
  readonly row: Row;
  readonly kind: "read" | "write";
  /** What was wrong, by question; empty = passed. */
  readonly faults: Partial<Record<Oracle, string>>;
  readonly ms: number;
  readonly text: string;
}

const USUAL: Asked = { tool: "get_daily_costs", args: { period: "7d" }, path: "/api/v1/analytics/usage" };
/** The deadline of a read and one second; a change that may have been applied is looked for in ten more. */
const READ_MS = 26_000;
const WRITE_MS = 51_000;
const NEW_BUDGET = 321.5;

/** Runs one fault against one kind of call, in a workspace of its own. */
export async function runCell(row: Row, kind: "read" | "write"): Promise<CellResult> {
  const expected = row[kind];
  if (expected === null) throw new Error(`row ${row.id} has no ${kind}`);
  const sandbox = await startSandbox();
  const server = await startFaultServer({ behind: sandbox.url });
  const elsewhere = await startFaultServer({ behind: sandbox.url });
  const address = row.inject.kind === "address" ? await row.inject.open() : null;
  const caller = await openFor(address, server, sandbox);
  try {
    const keyId = sandbox.credentials.keyIds.member;
    const before = budgetOf(sandbox, keyId);
    const call =
      kind === "read"
        ? (row.asked ?? USUAL)
        : {
            tool: "update_key_budget",
            args: { key_id: keyId, budget_usd: NEW_BUDGET, budget_action: "block" },
            path: `/api/v1/virtual-keys/${keyId}`,
          };
    inject(row, kind, call.path, { server, sandbox, elsewhere });
    const started = performance.now();
    const answer = kind === "read" ? await caller.call(call.tool, call.args) : await change(caller, call);
    const ms = performance.now() - started;
    const seen = { answer, ms, stderr: caller.stderr.join("\n"), secret: sandbox.credentials.pats.admin };
    const hits = {
      struck: struckBy(row, call.path, kind, server, sandbox),
      writes: writesTo(sandbox),
      elsewhere: elsewhere.all.length,
    };
    const faults: Partial<Record<Oracle, string>> = {
      ...judge(expected, seen, hits, kind),
      ...(kind === "write" && judgeTruth(expected, answer, sandbox, { keyId, before })),
    };
    const next = await nextCall(caller, address, server, sandbox);
    if (next !== null) faults["next call"] = next;
    return { row, kind, faults, ms, text: answer.text };
  } finally {
    await caller.close();
    await address?.close();
    await Promise.all([server.stop(), elsewhere.stop(), sandbox.close()]);
  }
}

function openFor(address: Address | null, server: FaultServer, { credentials }: Sandbox): Promise<Caller> {
  if (address === null) return openCaller({ baseUrl: `http://127.0.0.1:${server.port}`, credentials });
  const options = { baseUrl: address.baseUrl, credentials, ...(address.env && { env: address.env }) };
  return address.needsProcess === true ? openBinary(options) : openCaller(options);
}

interface Parties {
  readonly server: FaultServer;
  readonly sandbox: Sandbox;
  readonly elsewhere: FaultServer;
}

function inject(
  { inject: how }: Row,
  kind: "read" | "write",
  path: string,
  { server, sandbox, elsewhere }: Parties,
): void {
  const method = kind === "read" ? "GET" : "PATCH";
  if (how.kind === "raw") {
    let left = how.times ?? Number.POSITIVE_INFINITY;
    const isStruck = (request: { method: string; path: string }) => {
      if (request.method !== method || request.path.split("?")[0] !== path || left <= 0) return false;
      left -= 1;
      return true;
    };
    server.arm(isStruck, how.strike(`http://127.0.0.1:${elsewhere.port}`));
  }
  if (how.kind === "sandbox") {
    if (how.fault !== undefined) sandbox.setFault({ ...how.fault, path, method });
    for (const [name, value] of Object.entries(how.switches ?? {})) sandbox.assignSwitch(name, value);
  }
}

/** The whole road of a change on the token path: the plan first, then the same arguments with its token. */
async function change(
  caller: Caller,
  { tool, args }: { tool: string; args: Readonly<Record<string, unknown>> },
): Promise<Answered> {
  const plan = await caller.call(tool, args);
  const token = tokenOf(plan);
  return token === null ? plan : caller.call(tool, { ...args, confirmation_token: token });
}

function tokenOf({ value: { confirmation } }: Answered): string | null {
  const isGiven = typeof confirmation === "object" && confirmation !== null && "token" in confirmation;
  return isGiven && typeof confirmation.token === "string" ? confirmation.token : null;
}

function struckBy(
  { inject: how }: Row,
  path: string,
  kind: "read" | "write",
  server: FaultServer,
  sandbox: Sandbox,
): number {
  if (how.kind === "raw") return server.struck.length;
  const method = kind === "read" ? "GET" : "PATCH";
  return sandbox.hits().filter((hit) => hit.method === method && hit.path === path).length;
}

function writesTo(sandbox: Sandbox): number {
  return sandbox.hits().filter(({ method }) => method !== "GET").length;
}

interface Seen {
  readonly answer: Answered;
  readonly ms: number;
  readonly stderr: string;
  readonly secret: string;
}

function judge(
  expected: Expected,
  { answer, ms, stderr, secret }: Seen,
  hits: { struck: number; writes: number; elsewhere: number },
  kind: "read" | "write",
): Partial<Record<Oracle, string>> {
  const faults: Partial<Record<Oracle, string>> = {};
  const { text, isError } = answer;
  if (expected.hits !== null && hits.struck !== expected.hits)
    faults.hits = `${hits.struck} requests, not ${expected.hits}`;
  if (hits.elsewhere > 0) faults.hits = "a redirect was followed";
  if (hits.writes > (kind === "write" ? 1 : 0)) faults.hits = `${hits.writes} changes were sent`;
  const code = isError ? (/^\[([A-Z_]+)\]/.exec(text)?.[1] ?? "none") : null;
  if (code !== expected.code && !isSettledAnyway(expected, answer))
    faults.code = `${code ?? "success"}, not ${expected.code ?? "success"}`;
  if (expected.says !== undefined && !expected.says.test(text)) faults.text = `does not say ${expected.says}`;
  const wide = Math.max(text.length, 1);
  if (isError && wide > 2_000) faults.text = `${wide} characters`;
  if (text.includes(secret) || stderr.includes(secret)) faults.text = "holds the credential";
  if (text.includes("SECRET-PAGE") || stderr.includes("SECRET-PAGE")) faults.text = "quotes a web page";
  if (text.includes("MARKER") && !/service says: "[^"]*MARKER/i.test(text))
    faults.text = "holds text of the service unquoted";
  if (kind === "write" && isError && !STATES.some((state) => state.test(text)))
    faults.text = "does not say what became of the change";
  if (expected.state === "unchanged" && !/Nothing was changed\./.test(text))
    faults.text = "does not say that nothing was changed";
  if (ms > (kind === "read" ? READ_MS : WRITE_MS)) faults.time = `${Math.round(ms)} ms`;
  if (ms < (kind === "read" ? (expected.leastMs ?? 0) : 0)) faults.time = `after ${Math.round(ms)} ms already`;
  return faults;
}

const STATES = [/Nothing was changed\./, /Not applied as of /, /The change was applied/, /It is unknown whether/];

/** A change of unknown outcome may turn out to be applied, or not, when it is looked for. */
function isSettledAnyway({ state, code }: Expected, { isError, text }: Answered): boolean {
  if (state !== "settled") return false;
  return code === null ? isError && STATES.some((each) => each.test(text)) : !isError;
}

/** Whatever the answer claims must be what the service holds. */
function judgeTruth(
  expected: Expected,
  { isError, text, value }: Answered,
  sandbox: Sandbox,
  { keyId, before }: { keyId: string; before: number | null },
): Partial<Record<Oracle, string>> {
  const now = budgetOf(sandbox, keyId);
  const isChanged = now === NEW_BUDGET;
  const claims = isError ? /The change was applied/.test(text) : value.status === "applied";
  const denies = /Nothing was changed\.|Not applied as of/.test(text);
  if (claims && !isChanged) return { text: "claims a change that is not there" };
  if (denies && now !== before) return { text: "denies a change that is there" };
  if (expected.state === "applied" && !claims) return { text: "does not know of the change" };
  return {};
}

function budgetOf(sandbox: Sandbox, keyId: string): number | null {
  return sandbox.dataset.stateOf(keyId)?.budgetUsd ?? null;
}

/** Back to health, the same process must answer. An address without a healthy service is left for one that has it. */
async function nextCall(
  caller: Caller,
  address: Address | null,
  server: FaultServer,
  sandbox: Sandbox,
): Promise<string | null> {
  server.disarm();
  sandbox.reset();
  const healthy =
    address === null ? caller : await openCaller({ baseUrl: sandbox.url, credentials: sandbox.credentials });
  const next = await healthy.call(USUAL.tool, USUAL.args);
  if (healthy !== caller) await healthy.close();
  return next.isError ? next.text.slice(0, 100) : null;
}
