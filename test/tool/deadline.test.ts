import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Deadline } from "../../src/tool/deadline.ts";

describe("a deadline", () => {
  it("passes when its time is used up", async () => {
    const deadline = new Deadline(30);
    await delay(60);
    expect(deadline.hasPassed).toBe(true);
    expect(deadline.signal.reason).toMatchObject({ name: "TimeoutError" });
  });

  it("stands still while something else takes its time, and goes on with what was left", async () => {
    const deadline = new Deadline(80);
    await deadline.pausedDuring(() => delay(200));
    expect(deadline.hasPassed).toBe(false);
    await delay(120);
    expect(deadline.hasPassed).toBe(true);
  });

  it("goes on after a failure, too", async () => {
    const deadline = new Deadline(20);
    await deadline.pausedDuring(() => Promise.reject(new Error("no"))).catch(() => {});
    await delay(60);
    expect(deadline.hasPassed).toBe(true);
  });

  it("does not begin again once it has passed", async () => {
    const deadline = new Deadline(1);
    await delay(20);
    await deadline.pausedDuring(async () => {});
    expect(deadline.hasPassed).toBe(true);
    deadline.end();
  });
});
