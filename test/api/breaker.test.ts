import { describe, expect, it } from "vitest";
import { createBreaker } from "../../src/api/breaker.ts";
import {
  BusyError,
  CancelledError,
  ConnectionError,
  DeadlineError,
  NotFoundError,
  RateLimitedError,
  UpstreamError,
} from "../../src/api/errors.ts";
import { fakeClock } from "./fake-clock.ts";

const lost = new ConnectionError("CONNECTION_LOST", "The connection failed.");
const failed = new UpstreamError("The service failed (500).", { status: 500 });
const never = new AbortController().signal;

function setUp() {
  const clock = fakeClock();
  const breaker = createBreaker(clock);
  /** One request after the other, each a millisecond long. */
  const ask = async (failure?: unknown) => {
    const ticket = await breaker.enter(never);
    await clock.advance(1);
    ticket.settle(failure);
  };
  const fail = async (times: number) => {
    for (let i = 0; i < times; i += 1) await ask(failed);
  };
  return { clock, breaker, ask, fail };
}

describe("C24 the breaker", () => {
  it("opens after five failures in a row, says when it will ask again, and closes after one good probe", async () => {
    const { clock, breaker, ask, fail } = setUp();
    await fail(4);
    expect(() => breaker.check()).not.toThrow();
    await fail(1);
    expect(() => breaker.check()).toThrow("The service keeps failing; next try in 10 s.");
    await expect(breaker.enter(never)).rejects.toMatchObject({ code: "UPSTREAM_ERROR", outcome: "not_sent" });
    await clock.advance(9_000);
    expect(() => breaker.check()).toThrow("next try in 1 s.");
    await clock.advance(1_001);
    await ask();
    await fail(4);
    expect(() => breaker.check()).not.toThrow();
  });

  it("stays open for ten more seconds when the probe fails", async () => {
    const { clock, breaker, fail, ask } = setUp();
    await fail(5);
    await clock.advance(10_001);
    await ask(lost);
    expect(() => breaker.check()).toThrow("next try in 10 s.");
  });

  it("lets one request out as a probe; those that came with it wait and then go on", async () => {
    const { clock, breaker, fail } = setUp();
    await fail(5);
    await clock.advance(10_001);
    const probe = await breaker.enter(never);
    let entered = 0;
    const others = Array.from({ length: 7 }, () => breaker.enter(never).then(() => (entered += 1)));
    await clock.advance(50);
    expect(entered).toBe(0);
    probe.settle(undefined);
    await Promise.all(others);
    expect(entered).toBe(7);
  });

  it("refuses those that waited when the probe fails, and frees one that is cancelled", async () => {
    const { clock, breaker, fail } = setUp();
    await fail(5);
    await clock.advance(10_001);
    const probe = await breaker.enter(never);
    const caller = new AbortController();
    const left = breaker.enter(caller.signal);
    caller.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    const refused = breaker.enter(never);
    probe.settle(failed);
    await expect(refused).rejects.toThrow("keeps failing");
  });

  it("hands the probe on when it ended without an answer", async () => {
    const { clock, breaker, fail } = setUp();
    await fail(5);
    await clock.advance(10_001);
    (await breaker.enter(never)).settle(new CancelledError("cancelled"));
    (await breaker.enter(never)).settle(undefined);
    expect(() => breaker.check()).not.toThrow();
  });

  it("counts reads that fail side by side once, so that one composite opens nothing", async () => {
    const { clock, breaker } = setUp();
    for (let composite = 0; composite < 4; composite += 1) {
      const tickets = await Promise.all(Array.from({ length: 8 }, () => breaker.enter(never)));
      await clock.advance(1);
      for (const ticket of tickets) ticket.settle(failed);
      await clock.advance(1);
    }
    expect(() => breaker.check()).not.toThrow();
  });

  const harmless: [string, unknown][] = [
    ["a 404", new NotFoundError("no", { status: 404 })],
    ["a 429", new RateLimitedError("no", { status: 429 })],
    ["a 408", new UpstreamError("no", { status: 408 })],
    ["a cancel", new CancelledError("no")],
    ["our own deadline", new DeadlineError("no", { outcome: "unknown" })],
    ["a full queue", new BusyError("no", { outcome: "not_sent" })],
    ["an error of ours", new TypeError("no")],
  ];
  it.each(harmless)("is not opened by %s", async (_, failure) => {
    const { breaker, ask } = setUp();
    for (let i = 0; i < 20; i += 1) await ask(failure);
    expect(() => breaker.check()).not.toThrow();
  });

  it("any answer in between starts the count again", async () => {
    const { breaker, ask, fail } = setUp();
    for (let round = 0; round < 4; round += 1) {
      await fail(4);
      await ask(new NotFoundError("no", { status: 404 }));
    }
    expect(() => breaker.check()).not.toThrow();
  });
});
