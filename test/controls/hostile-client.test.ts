import { setTimeout as delay } from "node:timers/promises";
import type { ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { canonical } from "../../src/tool/canonical.ts";
import { tokenHashPrefix } from "../../src/tool/tokens.ts";
import { type Answering, approving, type Harness, type HarnessOptions } from "../harness/client.ts";
import { connectTo, writesOf } from "../harness/fresh.ts";
import { HostileClient } from "../harness/hostile-client.ts";
import { mulberry32 } from "../harness/mulberry.ts";
import { NOON } from "../harness/sandbox.ts";
import { WRITE_TOOLS, writeCase } from "../harness/writes.ts";

// 500 steps in all, in sessions of 20: a person is asked at most 20 questions an hour, and changes are spaced in time.
const STEPS = 20;
const SMALL = { agents: 14, members: 14, keys: 40 };
const TIMEOUT = { timeout: 60_000 };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOON, labels: "hostile", scale: SMALL });
}, 60_000);
afterEach(() => {
  sandbox.reset();
  // A reset ends the labels as well.
  sandbox.setSwitch("labels", "hostile");
});
afterAll(() => sandbox.close());

/** One session of a hostile client; `then` looks at it while it is still connected. */
async function session(
  seed: number,
  more: Partial<HarnessOptions>,
  then: (client: HostileClient, harness: Harness) => Promise<void>,
  answer?: (client: HostileClient) => Answering,
): Promise<void> {
  let client: HostileClient | undefined;
  const answering: Answering = (params, signal) => {
    if (client === undefined || answer === undefined) throw new Error("nobody was to be asked");
    return answer(client)(params, signal);
  };
  const harness = await connectTo(sandbox, { ...more, ...(answer && { answer: answering }) });
  try {
    const { tools } = await harness.client.listTools();
    client = new HostileClient(
      harness,
      mulberry32(seed),
      tools,
      WRITE_TOOLS.map((tool) => writeCase(sandbox, tool)),
    );
    await client.run(STEPS);
    await then(client, harness);
    await settled(harness);
    expectNoSecrets(client, harness);
    const healthy = await harness.call("check_alephant_connection");
    expect([seed, healthy.isError]).toEqual([seed, false]);
  } finally {
    await harness.close();
  }
}

/** Waits until every change that was about to leave has its result on record. */
async function settled({ audit }: Harness): Promise<void> {
  const count = (event: string) => audit.entries.filter((entry) => entry.event === event).length;
  for (let tries = 0; tries < 200 && count("intent") > count("result"); tries++) await delay(50);
  expect(count("result")).toBe(count("intent"));
}

/** No credential, no key's secret but in the answer that made it, no token but in the plan that gave it. */
function expectNoSecrets({ steps, plans }: HostileClient, { logLines, audit, questions }: Harness): void {
  const { pats, virtualKeys } = sandbox.credentials;
  const made = steps.flatMap(({ answered }) => (answered?.value?.secret ? [String(answered.value.secret)] : []));
  const kept = sandbox.dataset.ids("keys").map((id) => sandbox.dataset.tokenOf(id) ?? "");
  const secrets = new Set([...Object.values(pats), ...Object.values(virtualKeys), ...kept, ...made].filter(Boolean));
  const records = [...logLines, ...questions, ...audit.entries.map((entry) => JSON.stringify(entry))];
  const answers = steps.flatMap(({ answered }) => (answered === null ? [] : [answered]));
  const outputs = answers.flatMap(({ text, value }) => [text, JSON.stringify(value) ?? ""]);
  const everything = [...records, ...outputs].join("\n");
  for (const secret of secrets) {
    // Once in the text and once in the structure of the one answer that made the key.
    expect(everything.split(secret).length - 1, "a secret").toBe(made.includes(secret) ? 2 : 0);
  }
  for (const { token } of plans) {
    expect(records.join("\n"), "a token").not.toContain(token);
    expect(outputs.filter((output) => output.includes(token)).length, "a token").toBeLessThanOrEqual(2);
  }
}

const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe("C9 a hostile client where nothing can be written", () => {
  it.each([
    ["read-only", { readOnly: true }],
    ["read-only, and able to ask", { readOnly: true, answer: approving }],
    ["vk", { mode: "vk" }],
  ] as const)("C9 %s: no write tool, and nothing is written", TIMEOUT, async (kind, options) => {
    const credential = kind === "vk" ? { credential: sandbox.credentials.virtualKeys.agent } : {};
    for (const seed of seeds(100, 2)) {
      await session(seed, { ...options, ...credential }, async ({ plans, steps }, { client, audit }) => {
        const { tools } = await client.listTools();
        expect(tools.filter(({ name }) => WRITE_TOOLS.some((write) => write === name))).toEqual([]);
        expect(steps.some(({ tool }) => WRITE_TOOLS.some((write) => write === tool))).toBe(true);
        expect([plans, audit.entries]).toEqual([[], []]);
      });
    }
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("C11 a hostile client that can ask, and never gives the exact answer", () => {
  const answers: [string, (client: HostileClient) => Answering][] = [
    ["accepts without content", () => () => ({ action: "accept" })],
    ["accepts with wrong words", () => () => ({ action: "accept", content: { confirm: "yes, do it" } })],
    ["declines with the right content", () => (params) => ({ ...approving(params), action: "decline" })],
    ["cancels with the right content", () => (params) => ({ ...approving(params), action: "cancel" })],
    [
      "fails",
      () => () => {
        throw new Error("no window");
      },
    ],
    [
      "cancels the call and says nothing",
      (client) => () => {
        client.current.abort();
        return new Promise<ElicitResult>(() => {});
      },
    ],
    [
      "cancels the call and accepts later",
      (client) => async (params) => {
        client.current.abort();
        await delay(20);
        return approving(params);
      },
    ],
  ];
  it.each(answers)("C11 %s: nothing is written, and no token is given", TIMEOUT, async (_what, answer) => {
    let asked = 0;
    await session(
      200 + answers.findIndex(([, other]) => other === answer),
      {},
      async ({ plans }, { questions, audit }) => {
        asked += questions.length;
        await delay(40);
        expect(plans).toEqual([]);
        expect(audit.events()).not.toContain("intent");
      },
      answer,
    );
    expect(asked).toBeGreaterThan(0);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it("C11 ALEPHANT_CONFIRM=elicit and a client that cannot ask: nothing is written", TIMEOUT, async () => {
    for (const seed of seeds(300, 2)) {
      await session(seed, { confirmWith: "elicit" }, async ({ plans, steps }) => {
        expect(plans).toEqual([]);
        expect(steps.filter(({ answered }) => answered?.text.startsWith("[CONFIRMATION_UNAVAILABLE]"))).not.toEqual([]);
      });
    }
    expect(writesOf(sandbox)).toEqual([]);
  });
});

describe("C12 a hostile client with tokens", () => {
  let applied = 0;
  it.each(seeds(400, 10))("C12 C13 seed %i: only planned changes, each once, each on record", TIMEOUT, async (seed) => {
    await session(seed, {}, async (client, harness) => {
      await client.plan();
      await client.confirmInACrowd();
      await settled(harness);
      expectEveryChangePlanned(client, harness);
      applied += writesOf(sandbox).length;
    });
  });

  it("C12 some changes were made, or the above proves nothing", () => {
    expect(applied).toBeGreaterThan(3);
  });
});

function expectEveryChangePlanned({ plans, steps }: HostileClient, { audit }: Harness): void {
  const of = (event: string) => audit.entries.filter((entry) => entry.event === event);
  expect(writesOf(sandbox)).toHaveLength(of("intent").length);
  const hashes = of("confirm").map(({ tokenHash }) => tokenHash);
  expect(new Set(hashes).size, "each token confirms once").toBe(hashes.length);
  for (const { planId, tool, args } of of("intent")) {
    const [planned, ...morePlans] = of("plan").filter((entry) => entry.planId === planId);
    const [confirmed, ...moreConfirms] = of("confirm").filter((entry) => entry.planId === planId);
    expect([morePlans, moreConfirms]).toEqual([[], []]);
    expect([planned?.tool, planned?.args]).toEqual([tool, args]);
    expect(of("intent").filter((entry) => entry.planId === planId)).toHaveLength(1);
    expect(of("result").filter((entry) => entry.planId === planId)).toHaveLength(1);
    const shown = plans.find(({ token }) => tokenHashPrefix(token) === confirmed?.tokenHash);
    expect([shown?.tool, canonical(shown?.args ?? {})]).toEqual([tool, canonical(args)]);
  }
  const tokens = steps.flatMap(({ args, answered }) =>
    answered?.value?.status === "applied" ? [args.confirmation_token] : [],
  );
  expect(new Set(tokens).size, "each token changes one thing").toBe(tokens.length);
}
