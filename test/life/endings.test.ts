import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/serve.ts";
import { isAlive, Program, settings, until } from "./program.ts";

let sandbox: Sandbox;
const started: Program[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => {
  for (const program of started.splice(0)) program.child.kill("SIGKILL");
  sandbox.reset();
});
afterAll(() => sandbox.close());

async function start(preload?: string): Promise<Program> {
  const program = new Program(settings(sandbox), preload === undefined ? {} : { preload });
  started.push(program);
  return program.ready();
}

/** A program whose server is loaded: the first call does that. */
async function working(): Promise<Program> {
  const program = await start();
  program.call(100, "get_subscription_info");
  await program.answer(100);
  return program;
}

/** A program with a read under way that would take a minute. */
async function busy(preload?: string): Promise<Program> {
  const program = await start(preload);
  sandbox.setFault({ kind: "slow", delayMs: 60_000 });
  sandbox.resetHits();
  program.call(1, "get_daily_costs", { period: "7d" });
  await until(() => sandbox.hits().length > 0);
  return program;
}

const CRASH = (what: string) =>
  `process.on("SIGUSR2", () => setTimeout(() => { ${what} }, 1)); setInterval(() => {}, 1000);`;
const THROW = CRASH(
  'throw Object.assign(new Error("pat_ws000000_0123456789abcdef0123456789abcdef"), { code: "EBOOM" })',
);

describe("C20 a host lets go, with a read and a timer alive", () => {
  const endings: readonly (readonly [string, (program: Program) => void])[] = [
    ["end of stdin", ({ child }) => child.stdin.end()],
    ["SIGINT", ({ child }) => void child.kill("SIGINT")],
    ["SIGTERM", ({ child }) => void child.kill("SIGTERM")],
    ["SIGHUP", ({ child }) => void child.kill("SIGHUP")],
  ];
  it.each(endings)(
    "%s: exit 0, at once, without a trace",
    async (_, end) => {
      const program = await busy("setInterval(() => {}, 1000)");
      const from = performance.now();
      end(program);
      const { code, ms } = await program.end(from);
      expect(code).toBe(0);
      expect(ms).toBeLessThan(1_500);
      expect(program.stderr).not.toMatch(/\bat .*:\d+:\d+|Error/);
    },
    20_000,
  );
});

describe("C20 streams that break", () => {
  it("stdout: exit 0 at the next answer, without a trace", async () => {
    const program = await working();
    program.child.stdout.destroy();
    const from = performance.now();
    for (let id = 1; id <= 3; id += 1) program.say({ id, method: "ping" });
    const { code, ms } = await program.end(from);
    expect([code, ms < 3_000]).toEqual([0, true]);
    expect(program.stderr).not.toMatch(/EPIPE|\bat .*:\d+:\d+/);
  }, 20_000);

  it("stderr: the program lives, and logging becomes nothing", async () => {
    const program = await working();
    program.child.stderr.destroy();
    for (let i = 0; i < 5; i += 1) program.raw("this is no JSON\n");
    program.say({ id: 7, method: "ping" });
    expect(await program.answer(7)).toMatchObject({ result: {} });
    expect(program.isAlive()).toBe(true);
  }, 20_000);

  it("all of them at once: no process is left, and none spins", async () => {
    const program = await busy("setInterval(() => {}, 1000)");
    const before = program.cpuSeconds();
    let spent = 0;
    for (const stream of [program.child.stdin, program.child.stdout, program.child.stderr]) stream.destroy();
    await until(() => {
      // Between two looks it may have ended, and its figures with it.
      try {
        spent = program.cpuSeconds() - before;
      } catch {}
      return !program.isAlive();
    }, 4_000);
    expect(spent).toBeLessThan(0.5);
  }, 20_000);
});

describe("C20 errors that nobody caught", () => {
  it.each([
    ["a throw", THROW, "Error EBOOM"],
    [
      "a rejection",
      CRASH('Promise.reject(new TypeError("pat_ws000000_0123456789abcdef0123456789abcdef"))'),
      "TypeError",
    ],
  ])(
    "%s: exit 1 and one line with its kind alone",
    async (_, preload, kind) => {
      const program = await busy(preload);
      program.child.kill("SIGUSR2");
      expect((await program.end(0)).code).toBe(1);
      expect(program.stderr.trim().split("\n").at(-1)).toBe(`alephant-mcp error: unexpected ${kind}; stopping`);
      expect(program.stderr).not.toMatch(/pat_ws000000_0|\bat .*:\d+:\d+/);
    },
    20_000,
  );

  it("with a dead stderr: exit 1, no endless loop", async () => {
    const program = await start(THROW);
    program.child.stderr.destroy();
    program.child.kill("SIGUSR2");
    expect((await program.end(0)).code).toBe(1);
  }, 20_000);

  it("a broken pipe is no error", async () => {
    const program = await start(CRASH('throw Object.assign(new Error("x"), { code: "EPIPE" })'));
    program.child.kill("SIGUSR2");
    expect((await program.end(0)).code).toBe(0);
  }, 20_000);
});

describe("C20 many lives", () => {
  it("50 programs killed in the middle of a read leave none behind", async () => {
    sandbox.setFault({ kind: "slow", delayMs: 60_000 });
    const pids: (number | undefined)[] = [];
    for (let round = 0; round < 10; round += 1) {
      const programs = Array.from({ length: 5 }, () => new Program(settings(sandbox)));
      await Promise.all(programs.map((program) => program.ready()));
      for (const program of programs) {
        program.call(1, "get_daily_costs", {});
        pids.push(program.child.pid);
        if (round % 2 === 0) program.child.kill("SIGKILL");
        else program.child.stdin.end();
      }
      await Promise.all(programs.map((program) => program.end(0)));
    }
    expect(pids.filter(isAlive)).toEqual([]);
  }, 90_000);

  it("rests while nobody asks", async () => {
    const program = await start();
    const before = program.cpuSeconds();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(program.cpuSeconds() - before).toBeLessThan(0.5);
  }, 20_000);
});

describe("row 61 a cancelled call", () => {
  it("gets no answer, and its request at the service is dropped", async () => {
    const program = await busy();
    program.say({ method: "notifications/cancelled", params: { requestId: 1, reason: "no longer needed" } });
    sandbox.clearFaults();
    program.call(2, "get_subscription_info");
    expect((await program.answer(2)).result?.isError).not.toBe(true);
    expect(program.messages.some(({ id }) => id === 1)).toBe(false);
  }, 20_000);
});
