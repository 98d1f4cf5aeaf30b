import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { standardOutput } from "../../src/cli/stdout.ts";

class FakeStream extends EventEmitter {
  readonly written: string[] = [];
  constructor(
    readonly failure: Error | null = null,
    readonly columns?: number | undefined,
  ) {
    super();
  }
  write(text: string, done: (error?: Error | null) => void): boolean {
    this.written.push(text);
    if (this.failure !== null) this.emit("error", this.failure);
    done(this.failure);
    return true;
  }
}

describe("standardOutput", () => {
  it("hands the text over", async () => {
    const stream = new FakeStream();
    await standardOutput(stream).write("hello\n");
    expect(stream.written).toEqual(["hello\n"]);
  });

  it("takes it calmly when nobody reads any more", async () => {
    const stream = new FakeStream(new Error("EPIPE"));
    await expect(standardOutput(stream).write("hello\n")).resolves.toBeUndefined();
  });

  it("knows the width of a terminal, and assumes one elsewhere", () => {
    expect(standardOutput(new FakeStream(null, 72)).columns).toBe(72);
    expect(standardOutput(new FakeStream()).columns).toBe(100);
  });
});
