import { describe, expect, it } from "vitest";
import { fuzzArguments, fuzzBodies } from "../../bench/fuzz/fuzz.ts";

// The same cases with every run; `npm run bench:fuzz` makes ten thousand of each.
describe("fuzzing", () => {
  it("500 random arguments never make an answer that breaks a rule", async () => {
    expect((await fuzzArguments(500)).codes.has("INTERNAL")).toBe(false);
  }, 60_000);

  it("500 damaged answers of the service never do", async () => {
    expect((await fuzzBodies(500)).codes.has("INTERNAL")).toBe(false);
  }, 60_000);
});
