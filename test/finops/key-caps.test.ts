import { describe, expect, it } from "vitest";
import { keyCapSums } from "../../src/finops/key-caps.ts";

const key = (budgetUsd: number | null, budgetWindow: string | null = "monthly", status = "active") => ({
  ...{ status, budgetUsd, budgetWindow },
});

describe("the sum of key caps", () => {
  it.each([
    ["no keys", [], 0, []],
    ["active keys of one window", [key(100), key(0.1), key(0.2), key(null)], 100.3, []],
    ["a revoked key adds nothing", [key(100), key(1_000, "daily", "revoked")], 100, []],
    [
      "windows of their own",
      [key(100), key(10, "daily"), key(70, "weekly"), key(15, null), key(5, "unknown(odd)"), key(5, "daily")],
      205,
      [
        "sum_of_key_caps_usd adds caps of different windows: monthly $100.00, weekly $70.00, no known window $20.00, daily $15.00.",
      ],
    ],
  ])("%s", (_what, keys, sum, texts) => {
    const { result, notes } = keyCapSums(keys);
    expect(result).toBe(sum);
    expect(notes.map(({ text }) => text)).toEqual(texts);
  });
});
