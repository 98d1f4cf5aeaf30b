import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addKnown,
  centsToMicro,
  decimalToMicro,
  estimatedUsd,
  signedUsdText,
  subtractKnown,
  toMicro,
  toMicroOrNull,
  toUsd,
  toUsdOrNull,
  usdText,
} from "../../src/finops/money.ts";

describe("money", () => {
  it("GR-1 sums in micro-USD", () => {
    expect(toMicro(0.1) + toMicro(0.2)).toBe(300_000);
    expect(toUsd(toMicro(0.1) + toMicro(0.2))).toBe(0.3);
    expect(toUsd(centsToMicro(4723))).toBe(47.23);
  });

  it.each([
    ["12.50", 12_500_000],
    ["-3", -3_000_000],
    ["0.000001", 1],
    ["1e3", null],
    ["1,000", null],
    [" 1", null],
    ["", null],
    ["NaN", null],
    ["0x10", null],
    [".5", null],
  ])("decimal text %j is %j micro-USD", (text, micro) => expect(decimalToMicro(text)).toBe(micro));

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY, 1e30])("%s is unknown, not 0", (value) => {
    expect(toMicroOrNull(value)).toBeNull();
  });

  it("throws on what is no amount", () => {
    expect(() => toMicro(Number.NaN)).toThrow(RangeError);
    expect(() => toMicro(1e30)).toThrow(RangeError);
  });

  it("unknown stays unknown", () => {
    expect([addKnown(1, null), subtractKnown(null, 1), toUsdOrNull(null)]).toEqual([null, null, null]);
    expect([addKnown(1, 2), subtractKnown(3, 1), toUsdOrNull(5)]).toEqual([3, 2, 0.000005]);
  });

  it.each([
    [1234.561, 1234.56],
    [-1.005, -1.01],
    [0.1234567, 0.123457],
    [0, 0],
  ])("estimated %d prints as %d", (value, expected) => expect(estimatedUsd(value)).toBe(expected));

  it.each([
    [1234.56, "$1,234.56"],
    [1_234_567.891, "$1,234,567.89"],
    [0.004, "<$0.01"],
    [-0.004, "-<$0.01"],
    [0.01, "$0.01"],
    [0, "$0.00"],
    [-5, "-$5.00"],
    [999.995, "$1,000.00"],
    [null, "unknown"],
  ])("%j reads %s", (usd, text) => expect(usdText(usd)).toBe(text));

  it("writes the sign of a change", () => {
    expect([signedUsdText(38), signedUsdText(-5), signedUsdText(0), signedUsdText(null)]).toEqual([
      "+$38.00",
      "-$5.00",
      "$0.00",
      "unknown",
    ]);
  });

  it("cents, USD floats and decimal texts of one amount are equal", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_00, max: 1_000_000_00 }), (cents) => {
        expect(toMicro(cents / 100)).toBe(centsToMicro(cents));
        expect(decimalToMicro((cents / 100).toFixed(2))).toBe(centsToMicro(cents));
        expect(toUsd(centsToMicro(cents))).toBe(cents / 100);
      }),
    );
  });
});
