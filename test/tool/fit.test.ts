import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutPage, jsonBytes, rowsThatFit } from "../../src/tool/fit.ts";

describe("rowsThatFit", () => {
  it.each([
    ["all", ["aa", "bb"], 0, 100, 2],
    ["what the overhead leaves", ["aa", "bb", "cc"], 90, 100, 2],
    ["one at least", ["a".repeat(50)], 0, 10, 1],
    ["none of none", [], 0, 10, 0],
  ] as const)("keeps %s", (_what, rows, overhead, budget, expected) => {
    expect(rowsThatFit(rows, overhead, budget)).toBe(expected);
  });

  it("counts bytes, not characters", () => expect(jsonBytes("€")).toBe(5));
});

describe("cutPage", () => {
  it.each([
    [
      "a page that fits, more to come",
      { page: 1, pageSize: 10, received: 10, total: 25 },
      10,
      10,
      { page: 2, page_size: 10 },
    ],
    ["the last page", { page: 3, pageSize: 10, received: 5, total: 25 }, 10, 5, null],
    ["an exact end", { page: 2, pageSize: 10, received: 10, total: 20 }, 10, 10, null],
    ["no total, full page", { page: 1, pageSize: 10, received: 10, total: null }, 10, 10, { page: 2, page_size: 10 }],
    ["no total, short page", { page: 2, pageSize: 10, received: 3, total: null }, 10, 3, null],
    ["an empty page", { page: 9, pageSize: 10, received: 0, total: null }, 0, 0, null],
    ["a cut first page", { page: 1, pageSize: 200, received: 200, total: 500 }, 33, 33, { page: 2, page_size: 33 }],
    ["a cut later page", { page: 2, pageSize: 200, received: 200, total: 500 }, 33, 25, { page: 10, page_size: 25 }],
  ] as const)("%s", (_what, page, fitting, shown, next) => {
    expect(cutPage(page, fitting)).toEqual({ shown, next });
  });

  it("walks a list to its end without a gap or a repeat, whatever fits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 200 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
        (total, size, fits) => {
          const seen: number[] = [];
          let call: { page: number; page_size: number } | null = { page: 1, page_size: size };
          while (call !== null) {
            const before: number = (call.page - 1) * call.page_size;
            const received: number = Math.max(0, Math.min(call.page_size, total - before));
            const cut = cutPage({ page: call.page, pageSize: call.page_size, received, total }, fits.next().value);
            for (let index = 0; index < cut.shown; index += 1) seen.push(before + index);
            call = cut.next;
          }
          expect(seen).toEqual(Array.from({ length: total }, (_, index) => index));
        },
      ),
    );
  });
});
