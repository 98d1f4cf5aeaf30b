import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { guardStdio } from "../../src/cli/stdio-guard.ts";

class FakeProcess extends EventEmitter {
  readonly stdin = new EventEmitter();
  readonly stdout = new EventEmitter();
  readonly stderr = new EventEmitter();
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

function guarded(close: () => Promise<void> = async () => {}) {
  const target = new FakeProcess();
  const lines: string[] = [];
  let closes = 0;
  const stop = guardStdio(
    target,
    () => {
      closes += 1;
      return close();
    },
    (line) => lines.push(line),
  );
  return { target, lines, stop, closes: () => closes };
}

const broken = (code: string) => Object.assign(new Error("write failed: Bearer secret-token"), { code });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("C20 guardStdio", () => {
  const endings: ReadonlyArray<[what: string, happen: (target: FakeProcess) => void, exitCode: number]> = [
    ["stdin ends", ({ stdin }) => stdin.emit("end"), 0],
    ["stdin closes", ({ stdin }) => stdin.emit("close"), 0],
    ["SIGINT", (target) => target.emit("SIGINT"), 0],
    ["SIGTERM", (target) => target.emit("SIGTERM"), 0],
    ["SIGHUP", (target) => target.emit("SIGHUP"), 0],
    ["stdout breaks", ({ stdout }) => stdout.emit("error", broken("EPIPE")), 0],
    ["stdout is destroyed", ({ stdout }) => stdout.emit("error", broken("ERR_STREAM_DESTROYED")), 0],
    ["stdout fails otherwise", ({ stdout }) => stdout.emit("error", broken("EIO")), 1],
    ["a broken pipe nobody caught", (target) => target.emit("uncaughtException", broken("EPIPE")), 0],
    ["an error nobody caught", (target) => target.emit("uncaughtException", new TypeError("Bearer secret-token")), 1],
    ["a rejection nobody caught", (target) => target.emit("unhandledRejection", "Bearer secret-token"), 1],
  ];

  it.each(endings)("%s: closes once and exits", async (_what, happen, exitCode) => {
    const { target, lines, closes } = guarded();
    happen(target);
    await vi.advanceTimersByTimeAsync(0);
    expect(closes()).toBe(1);
    expect(target.exits).toEqual([exitCode]);
    expect(lines).toHaveLength(exitCode);
    expect(lines.join()).not.toContain("secret");
  });

  it("names an unexpected error by its kind and code alone", async () => {
    const { target, lines } = guarded();
    target.emit("uncaughtException", broken("EIO"));
    await vi.advanceTimersByTimeAsync(0);
    expect(lines).toEqual(["alephant-mcp error: unexpected Error EIO; stopping"]);
  });

  it("lives on when stderr is dead", async () => {
    const { target, closes } = guarded();
    target.stderr.emit("error", broken("EPIPE"));
    await vi.advanceTimersByTimeAsync(10_000);
    expect([closes(), target.exits]).toEqual([0, []]);
  });

  it("takes the first of many reasons", async () => {
    const { target, lines, closes } = guarded();
    target.stdin.emit("end");
    target.stdin.emit("close");
    target.emit("SIGTERM");
    target.emit("uncaughtException", new Error("late"));
    await vi.advanceTimersByTimeAsync(0);
    expect([closes(), target.exits, lines]).toEqual([1, [0], []]);
  });

  it("exits though closing fails", async () => {
    const { target } = guarded(async () => {
      throw new Error("cannot close");
    });
    target.stdin.emit("end");
    await vi.advanceTimersByTimeAsync(0);
    expect(target.exits).toEqual([0]);
  });

  it("exits after two seconds though closing hangs", async () => {
    const { target } = guarded(() => new Promise(() => {}));
    target.emit("SIGTERM");
    await vi.advanceTimersByTimeAsync(1_999);
    expect(target.exits).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(target.exits).toEqual([0]);
  });

  it("hands out stop for other reasons", async () => {
    const { target, stop } = guarded();
    stop(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(target.exits).toEqual([1]);
  });
});
