import fc from "fast-check";
import { startSandbox } from "../../src/sandbox/serve.ts";
import { wireTool } from "../../src/tool/wire.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { type Caller, openCaller } from "../faults/caller.ts";
import { type FaultServer, startFaultServer } from "../faults/server.ts";
import { answers } from "../faults/strikes.ts";
import { argumentsOf } from "./arguments.ts";
import { damaged } from "./bodies.ts";
import { wrongWith } from "./judge.ts";

const SEED = 20_261_120;
const FIXED = "550e8400-e29b-41d4-a716-446655440000";

export interface FuzzResult {
  readonly cases: number;
  /** Answers by their code; "ok" for a success. */
  readonly codes: ReadonlyMap<string, number>;
}

/** Random arguments for every tool. @throws the first case that breaks a rule, made as small as it gets */
export async function fuzzArguments(cases: number): Promise<FuzzResult> {
  const sandbox = await startSandbox();
  const caller = await openCaller({ baseUrl: sandbox.url, credentials: sandbox.credentials });
  const codes = new Map<string, number>();
  const tools = TOOLS.filter(({ modes }) => modes.includes("manager")).map(wireTool);
  const one = fc.constantFrom(...tools).chain((tool) => fc.tuple(fc.constant(tool.name), argumentsOf(tool)));
  const secrets = [sandbox.credentials.pats.admin, "fuzzSECRETfuzzSECRET"];
  try {
    await fc.assert(
      fc.asyncProperty(one, async ([name, args]) => {
        const answer = await caller.call(name, args);
        count(codes, answer.text, answer.isError);
        const wrong = wrongWith(answer, secrets);
        if (wrong !== null) throw new Error(`${name}: ${wrong}: ${answer.text.slice(0, 200)}`);
      }),
      { numRuns: cases, seed: SEED },
    );
    if (sandbox.hits().some(({ method }) => method !== "GET")) throw new Error("a change left without a confirmation");
    await stillGood(caller);
  } finally {
    await caller.close();
    await sandbox.close();
  }
  return { cases, codes };
}

/** Damaged answers of the service for every read. @throws as above */
export async function fuzzBodies(cases: number): Promise<FuzzResult> {
  const sandbox = await startSandbox();
  const server = await startFaultServer({ behind: sandbox.url });
  const caller = await openCaller({ baseUrl: `http://127.0.0.1:${server.port}`, credentials: sandbox.credentials });
  const codes = new Map<string, number>();
  const tools = TOOLS.filter(({ modes, effect }) => modes.includes("manager") && effect === "read").map(
    ({ name }) => name,
  );
  const ids = {
    agent: sandbox.dataset.ids("agents")[0],
    member: sandbox.dataset.ids("members")[0],
    department: sandbox.dataset.ids("departments")[0],
  };
  const healthy = healthyAnswers(sandbox.url, sandbox.credentials);
  try {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tools), fc.integer({ min: 0, max: 2 ** 31 }), async (name, seed) => {
        damage(server, healthy, seed);
        const answer = await caller.call(name, neededBy(name, ids));
        count(codes, answer.text, answer.isError);
        const wrong = wrongWith(answer, [sandbox.credentials.pats.admin]);
        if (wrong !== null) throw new Error(`${name} seed ${seed}: ${wrong}: ${answer.text.slice(0, 300)}`);
      }),
      { numRuns: cases, seed: SEED },
    );
    server.disarm();
    await stillGood(caller);
  } finally {
    await caller.close();
    await Promise.all([server.stop(), sandbox.close()]);
  }
  return { cases, codes };
}

type Healthy = (path: string) => Promise<unknown>;

function healthyAnswers(url: string, { pats, workspaceId }: { pats: { admin: string }; workspaceId: string }): Healthy {
  const known = new Map<string, unknown>();
  return async (path) => {
    if (!known.has(path)) {
      const headers = { authorization: `Bearer ${pats.admin}`, "x-workspace-id": workspaceId };
      known.set(path, await (await fetch(`${url}${path}`, { headers })).json());
    }
    return known.get(path);
  };
}

function damage(server: FaultServer, healthy: Healthy, seed: number): void {
  server.all.length = 0;
  server.struck.length = 0;
  server.arm(
    () => true,
    (socket, n) => {
      const path = server.all.at(-1)?.path ?? "";
      healthy(path).then((root) => answers(200, JSON.stringify(damaged(root, seed + n)) ?? "")(socket, n));
    },
  );
}

function neededBy(name: string, ids: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const kind = /^get_(agent|member|department)_analytics$/.exec(name)?.[1];
  if (kind !== undefined) return { [`${kind}_id`]: ids[kind] ?? FIXED };
  if (name === "get_usage_timeseries") return { metric: "cost" };
  if (name === "drill_down_spend") return { dimension: "department" };
  return name === "compare_entity_periods" ? { entity_type: "agent", entity_id: ids.agent ?? FIXED } : {};
}

function count(codes: Map<string, number>, text: string, isError: boolean): void {
  const code = isError ? (/^\[([A-Z_]+)\]/.exec(text)?.[1] ?? "none") : "ok";
  codes.set(code, (codes.get(code) ?? 0) + 1);
}

async function stillGood(caller: Caller): Promise<void> {
  const next = await caller.call("get_subscription_info");
  if (next.isError) throw new Error(`the next healthy call failed: ${next.text}`);
}
