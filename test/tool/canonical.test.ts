import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, digest } from "../../src/tool/canonical.ts";

describe("the canonical text", () => {
  it.each([
    [{ b: 1, a: [true, null, "x"] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: { d: 1.0, c: -0 } }, '{"b":{"c":0,"d":1}}'],
    ["Cafe\u0301", '"Caf\u00e9"'],
    [{ "e\u0301": 1 }, '{"\u00e9":1}'],
    [[undefined, 1], "[null,1]"],
    [{}, "{}"],
  ])("of %j", (value, text) => expect(canonical(value)).toBe(text));

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol("x"), undefined])("refuses %s", (value) => {
    expect(() => canonical(value)).toThrow(TypeError);
  });

  it("is the same for every order of names, and reads back as the same value", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const shuffled = Object.fromEntries(Object.entries(value).reverse());
        expect(digest(shuffled)).toBe(digest(value));
        expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
      }),
    );
  });

  it("differs for every other amount, text, or name", () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string());
    fc.assert(
      fc.property(leaf, leaf, (a, b) => {
        const isSame =
          typeof a === "string" && typeof b === "string" ? a.normalize() === b.normalize() : Object.is(a, b);
        expect(digest({ x: a }) === digest({ x: b })).toBe(isSame);
      }),
    );
  });
});
