import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createGate } from "../../src/api/gate.ts";
import { createRateLimit } from "../../src/api/rate-limit.ts";
import { fakeClock } from "./fake-clock.ts";

const MINUTE = 60_000;
const free = new AbortController().signal;

/** Lets what has been settled so far take effect. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("W7 rate limit", () => {
  it("lets a burst through and makes the next one wait for the first permit to return", async () => {
    const clock = fakeClock();
    const limit = createRateLimit({ permits: 3, windowMs: MINUTE, clock });
    for (let i = 0; i < 3; i += 1) await limit.take(free);
    expect(limit.expectedWaitMs()).toBe(MINUTE);
    const announce = vi.fn();
    const done = vi.fn();
    const fourth = limit.take(free, announce).then(done);
    expect(announce).toHaveBeenCalledWith(MINUTE);
    await clock.advance(MINUTE - 1);
    expect(done).not.toHaveBeenCalled();
    await clock.advance(1);
    await fourth;
  });

  it("serves waiting callers first come first served", async () => {
    const clock = fakeClock();
    const limit = createRateLimit({ permits: 1, windowMs: 1_000, clock });
    const order: string[] = [];
    const all = ["a", "b", "c"].map((name) => limit.take(free).then(() => order.push(name)));
    await settled();
    expect(order).toEqual(["a"]);
    await clock.advance(1_000);
    expect(order).toEqual(["a", "b"]);
    await clock.advance(1_000);
    await Promise.all(all);
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("gives up a place in the queue when aborted", async () => {
    const clock = fakeClock();
    const limit = createRateLimit({ permits: 1, windowMs: 1_000, clock });
    await limit.take(free);
    const caller = new AbortController();
    const waiting = limit.take(caller.signal);
    expect(limit.expectedWaitMs()).toBe(2_000);
    caller.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    expect(limit.expectedWaitMs()).toBe(1_000);
    await expect(limit.take(AbortSignal.abort(new Error("late")))).rejects.toThrow("late");
  });

  it("is off with 0 permits", async () => {
    const limit = createRateLimit({ permits: 0, windowMs: MINUTE, clock: fakeClock() });
    for (let i = 0; i < 1_000; i += 1) await limit.take(free);
    expect(limit.expectedWaitMs()).toBe(0);
  });

  it("never lets more through than its permits in any window", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 40 }),
        async (permits, gaps) => {
          const clock = fakeClock();
          const limit = createRateLimit({ permits, windowMs: 1_000, clock });
          const starts: number[] = [];
          for (const gap of gaps) {
            await clock.advance(gap);
            void limit.take(AbortSignal.any([])).then(() => starts.push(clock.monotonic()));
            await settled();
          }
          for (let i = 0; i < 60; i += 1) await clock.advance(1_000);
          expect(starts).toHaveLength(gaps.length);
          for (const start of starts) {
            expect(starts.filter((other) => other >= start && other < start + 1_000).length).toBeLessThanOrEqual(
              permits,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("C24 gate", () => {
  it("lets callers in as places become free, in order", async () => {
    const gate = createGate(1, 2);
    const leave = await gate.enter(free);
    const order: number[] = [];
    const waiting = [1, 2].map(async (name) => {
      const done = await gate.enter(free);
      order.push(name);
      done();
    });
    await expect(gate.enter(free)).rejects.toMatchObject({ code: "BUSY", outcome: "not_sent" });
    leave();
    leave();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
    (await gate.enter(free))();
  });

  it("row 61 forgets a caller that gives up", async () => {
    const gate = createGate(1, 1);
    const leave = await gate.enter(free);
    const caller = new AbortController();
    const waiting = gate.enter(caller.signal);
    caller.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    const next = gate.enter(free);
    leave();
    (await next)();
    await expect(gate.enter(AbortSignal.abort(new Error("late")))).rejects.toThrow("late");
  });
});
