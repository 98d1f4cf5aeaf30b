import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_ATTEMPTS, nextStep, type RetryFacts, retryAfterMs } from "../../src/api/retry.ts";

const facts: RetryFacts = { isRetryable: true, retryAfterMs: null, deadline: 25_000, random: 0.5 };
const wait = (ms: number) => ({ action: "wait", ms });
const stop = { action: "stop" };

describe("C18 nextStep", () => {
  it.each<[string, number, Partial<RetryFacts>, number, object]>([
    ["first failure: half of 250 ms", 1, {}, 0, wait(125)],
    ["second failure: half of 500 ms", 2, {}, 0, wait(250)],
    ["third failure: enough", 3, {}, 0, stop],
    ["not retryable", 1, { isRetryable: false }, 0, stop],
    ["luck of the draw: at once", 1, { random: 0 }, 0, wait(0)],
    ["the service asks for more", 1, { retryAfterMs: 2_000 }, 0, wait(2_000)],
    ["the service asks for less", 2, { retryAfterMs: 100 }, 0, wait(250)],
    ["the service asks for more than is left", 1, { retryAfterMs: 26_000 }, 0, stop],
    ["hardly anything is left", 1, {}, 24_900, stop],
    ["exactly what is left", 1, { retryAfterMs: 25_000 }, 0, stop],
  ])("%s", (_, attempt, change, now, expected) => {
    expect(nextStep(attempt, { ...facts, ...change }, now)).toEqual(expected);
  });

  it("never waits beyond 5 s by itself, nor beyond the deadline at all", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.option(fc.nat(100_000), { nil: null }),
        fc.nat(60_000),
        (attempt, random, asked, now) => {
          const step = nextStep(attempt, { ...facts, random, retryAfterMs: asked }, now);
          if (step.action === "stop") return;
          expect(attempt).toBeLessThan(MAX_ATTEMPTS);
          expect(now + step.ms).toBeLessThan(facts.deadline);
          expect(step.ms).toBeLessThanOrEqual(Math.max(5_000, asked ?? 0));
          expect(step.ms).toBeGreaterThanOrEqual(asked ?? 0);
        },
      ),
    );
  });
});

describe("C18 Retry-After", () => {
  const date = "Fri, 20 Nov 2026 23:59:00 GMT";
  const now = Date.UTC(2026, 10, 20, 20, 0, 0);

  it.each<[string, string | null, string | null, number | null]>([
    ["absent", null, date, null],
    ["seconds", "2", date, 2_000],
    ["seconds with blanks", " 120 ", null, 120_000],
    ["zero", "0", date, 0],
    ["a date, against the answer's own", "Fri, 20 Nov 2026 23:59:07 GMT", date, 7_000],
    ["a date, against our clock", "Fri, 20 Nov 2026 20:00:09 GMT", null, 9_000],
    ["a date, with an unreadable one beside it", "Fri, 20 Nov 2026 20:00:09 GMT", "soon", 9_000],
    ["a date in the past", "Fri, 20 Nov 2026 23:58:00 GMT", date, null],
    ["negative", "-5", date, null],
    ["a fraction", "1.5", date, null],
    ["a word", "banana", date, null],
    ["a bare year", "2026", date, 2_026_000],
    ["another form of date", "2026-11-21T00:00:00Z", date, null],
    ["nothing", "", date, null],
  ])("%s", (_, header, beside, expected) => {
    expect(retryAfterMs(header, beside, now)).toBe(expected);
  });

  it("is null or a wait, whatever the header", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (header, beside) => {
        const ms = retryAfterMs(header, beside, now);
        expect(ms === null || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});
