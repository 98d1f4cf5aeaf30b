import { describe, expect, it } from "vitest";
import { textSparkline } from "../../src/finops/text-sparkline.ts";

describe("textSparkline", () => {
  it.each([
    ["amounts start at zero", [0, 50, 100], {}, "▁▅█"],
    ["a small wobble looks small", [98, 99, 100], {}, "███"],
    ["rates show their own range", [98, 99, 100], { from: "lowest" as const }, "▁▅█"],
    ["an unknown value is a dot", [10, null, 10], {}, "█·█"],
    ["all zero stands on the floor", [0, 0], {}, "▁▁"],
    ["a constant rate stands in the middle", [99, 99], { from: "lowest" as const }, "▄▄"],
    ["nothing known, nothing drawn", [null, null], {}, ""],
    ["no values", [], {}, ""],
    ["a credit is the lowest bar", [-5, 0, 5], {}, "▁▅█"],
  ])("%s", (_name, values, options, bars) => {
    expect(textSparkline(values, options)).toBe(bars);
  });

  it("groups a long series, each column the median of what is known", () => {
    expect(textSparkline([1, 100, 1, null, null, null, 8, 8, 8], { columns: 3 })).toBe("▂·█");
    expect(textSparkline(Array.from({ length: 700 }, (_, i) => i))).toHaveLength(60);
  });
});
