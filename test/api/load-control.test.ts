import { describe, expect, it } from "vitest";
import { ApiError, CancelledError } from "../../src/api/errors.ts";
import type { FetchLike } from "../../src/api/fetch.ts";
import { type Call, createHttp, type HttpClient } from "../../src/api/http.ts";
import { path } from "../../src/api/path.ts";
import { createRetryBudget } from "../../src/api/retry-budget.ts";
import { Secret } from "../../src/secret.ts";
import { fakeClock } from "./fake-clock.ts";
import { answerOf, ORIGIN, PAT } from "./support.ts";

const usage = path`/api/v1/analytics/usage`;
const keys = path`/api/v1/virtual-keys`;

/** A service of this process: `answer` decides by the number of the request, from 1. */
function service(answer: (count: number, signal: AbortSignal) => Promise<number> | number) {
  let count = 0;
  const fetch: FetchLike = async (_url, { signal }) => {
    count += 1;
    const status = await answer(count, signal);
    return answerOf({}, status);
  };
  return { fetch, hits: () => count };
}

function client(fetch: FetchLike, clock = fakeClock()): { http: HttpClient; clock: typeof clock } {
  const http = createHttp({
    baseUrl: new URL(ORIGIN),
    credential: new Secret(PAT),
    fetch,
    rateLimit: 0,
    writePace: { spacingMs: 0, perHour: 0 },
    random: () => 0,
    clock,
    userAgent: "test",
  });
  return { http, clock };
}

const call = (more: Partial<Call> = {}): Call => ({
  signal: new AbortController().signal,
  deadline: 1_000_000,
  ...more,
});

/** The answer, with the fake clock moving so that waits end. */
async function settle<T>(clock: ReturnType<typeof fakeClock>, work: Promise<T>): Promise<T | ApiError> {
  const outcome = work.catch((error: unknown) => {
    if (error instanceof ApiError) return error;
    throw error;
  });
  let isDone = false;
  outcome.finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(1);
  return outcome;
}

describe("C24 the retry budget", () => {
  it("holds ten, and ten requests earn one more", () => {
    const budget = createRetryBudget();
    const spent = () => Array.from({ length: 20 }, () => budget.spend()).filter(Boolean).length;
    expect(spent()).toBe(10);
    for (let i = 0; i < 10; i += 1) budget.earn();
    expect(spent()).toBe(1);
    for (let i = 0; i < 1_000; i += 1) budget.earn();
    expect(spent()).toBe(10);
  });

  it("ends the retries of a long failure", async () => {
    const { fetch, hits } = service(() => 408);
    const { http, clock } = client(fetch);
    for (let i = 0; i < 20; i += 1) await settle(clock, http.bind(call()).get(usage));
    expect(hits()).toBe(20 + 10 + 1);
  });
});

describe("row 53 C24 the breaker in the client", () => {
  it("opens, answers at once, lets one probe through and closes", async () => {
    let isDown = true;
    const { fetch, hits } = service(() => (isDown ? 501 : 200));
    const { http, clock } = client(fetch);
    for (let i = 0; i < 5; i += 1) await settle(clock, http.bind(call()).get(usage));
    expect(hits()).toBe(5);
    const started = performance.now();
    for (let i = 0; i < 100; i += 1) {
      const read = await http.bind(call()).get(usage).catch(String);
      expect(read).toContain("The service keeps failing; next try in 10 s.");
    }
    await expect(http.bind(call()).post(keys, {})).rejects.toMatchObject({ outcome: "not_sent" });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(hits()).toBe(5);
    isDown = false;
    await clock.advance(10_001);
    const pages = Array.from({ length: 6 }, (_, page) => http.bind(call()).get(usage, { query: { page } }));
    await Promise.all(pages);
    expect(hits()).toBe(11);
  });
});

describe("C24 the same read in flight", () => {
  /** A service whose answers wait until they are let go. */
  function held() {
    const waiting: (() => void)[] = [];
    const aborted: boolean[] = [];
    const served = service(
      (count, signal) =>
        new Promise((resolve, reject) => {
          aborted[count - 1] = false;
          waiting.push(() => resolve(200));
          signal.addEventListener("abort", () => {
            aborted[count - 1] = true;
            reject(signal.reason);
          });
        }),
    );
    return { ...served, aborted, release: () => waiting.splice(0).forEach((go) => void go()) };
  }
  const tick = () => new Promise((resolve) => setImmediate(resolve));

  it("is sent once for a small crowd, and answers everybody", async () => {
    const { fetch, hits, release } = held();
    const { http } = client(fetch);
    const reads = Array.from({ length: 32 }, () => http.bind(call()).get(usage, { query: { days: 7 } }));
    const other = http.bind(call()).get(usage, { query: { days: 30 } });
    await tick();
    release();
    await Promise.all([...reads, other]);
    expect(hits()).toBe(3);
  });

  it("goes on when one of two leaves, and ends when both have left", async () => {
    const { fetch, hits, aborted } = held();
    const { http } = client(fetch);
    const callers = [new AbortController(), new AbortController()];
    const reads = callers.map(({ signal }) => http.bind(call({ signal })).get(usage));
    for (const read of reads) read.catch(() => {});
    await tick();
    callers[0]?.abort();
    await expect(reads[0]).rejects.toBeInstanceOf(CancelledError);
    expect(aborted).toEqual([false]);
    callers[1]?.abort();
    await expect(reads[1]).rejects.toBeInstanceOf(CancelledError);
    await tick();
    expect([hits(), aborted]).toEqual([1, [true]]);
  });

  it("is not joined across a change, nor when it has been under way for a while", async () => {
    const { fetch, hits, release } = held();
    const { http, clock } = client(fetch);
    const first = http.bind(call()).get(keys);
    await tick();
    const change = http.bind(call()).post(keys, {});
    const second = http.bind(call()).get(keys);
    await tick();
    expect(hits()).toBe(3);
    await clock.advance(101);
    const third = http.bind(call()).get(keys);
    await tick();
    expect(hits()).toBe(4);
    release();
    await Promise.all([first, change, second, third]);
  });

  it("is asked again by a caller with more time than the one who began it", async () => {
    const { fetch, hits, release } = held();
    const { http } = client(fetch);
    const short = http.bind(call({ deadline: 20 })).get(usage);
    const long = http.bind(call()).get(usage);
    await expect(short).rejects.toMatchObject({ code: "TIMEOUT" });
    await expect.poll(hits).toBe(2);
    release();
    await expect(long).resolves.toBeDefined();
  });

  it("tells everybody of a wait", async () => {
    const { fetch } = service((count) => (count === 1 ? 503 : 200));
    const { http, clock } = client(fetch);
    const told: string[] = [];
    const reads = ["a", "b"].map((name) => http.bind(call({ onWait: () => told.push(name) })).get(usage));
    await settle(clock, Promise.all(reads));
    expect(told).toEqual(["a", "b"]);
  });
});
