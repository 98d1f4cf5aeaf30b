import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isDay, overlap, shiftDay, spanQuery } from "../../src/api/day.ts";
import { ArgumentError } from "../../src/api/errors.ts";
import { createManagerApi, createManagerWrites } from "../../src/api/manager.ts";
import { isUuid, path, uuid } from "../../src/api/path.ts";
import { connect, KEY_ID, useService } from "./support.ts";

const service = useService();

const HOSTILE = [
  "../../x",
  "%252e%252e%252f",
  "%2e%2e%2f",
  "....//....//",
  "..\\..\\",
  "abc\0/../x",
  "abc/#",
  "abc/?d=1",
  "//evil/x",
  "/abs",
  "abc/..",
  "..a",
  ".",
  "..",
  "",
  "12",
  `${KEY_ID}/`,
  `${KEY_ID}\n`,
  ` ${KEY_ID}`,
  `${KEY_ID}0`,
];

describe("C8 path", () => {
  it.each(HOSTILE)("refuses %j as an id and repeats nothing of it", (id) => {
    expect(() => path`/api/v1/agents/${id}/analytics`).toThrow(ArgumentError);
    expect(isUuid(id)).toBe(false);
    expect(() => uuid(id)).toThrow("The id is not a UUID (8-4-4-4-12 hex digits).");
  });

  it.each(HOSTILE)("sends nothing for %j", async (id) => {
    const api = createManagerApi(connect());
    const writes = createManagerWrites(connect());
    const requests = [
      api.findKey(id),
      api.entityAnalytics({ type: "agent", id }, 7),
      api.usage("billing_cycle", { type: "member", id }),
      api.agents({ departmentId: id }),
      writes.revokeKey(id),
      writes.updateKeyBudget(id, { budgetUsd: 1, action: "block" }),
      writes.createKey({ label: "x", masterKeyId: id, budgetUsd: 1, rateLimitRpm: 1 }),
      writes.createKey({
        label: "x",
        masterKeyId: KEY_ID,
        budgetUsd: 1,
        rateLimitRpm: 1,
        entity: { type: "agent", id },
      }),
    ];
    for (const request of requests) {
      await expect(request).rejects.toMatchObject({ code: "INVALID_ARGUMENT", outcome: "not_sent" });
    }
    expect(service.seen).toHaveLength(0);
  });

  it("W2 takes any 8-4-4-4-12 hex form, in lower case", () => {
    expect(isUuid("11111111-1111-1111-1111-111111111111")).toBe(true);
    expect(`${path`/api/v1/virtual-keys/${KEY_ID.toUpperCase()}/revoke`}`).toBe(
      `/api/v1/virtual-keys/${KEY_ID}/revoke`,
    );
    expect(`${path`/api/v1/models`}`).toBe("/api/v1/models");
  });

  it("builds no path outside of the tag", () => {
    const folder = new URL("../../src/api/", import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    for (const name of sources) {
      const source = readFileSync(new URL(name, folder), "utf8");
      expect(source.match(/(?<!path)`\/[^`]*\$\{/g) ?? [], name).toEqual([]);
    }
  });
});

describe("W15 days", () => {
  it("knows the calendar", () => {
    expect(["2026-02-28", "2024-02-29", "2026-12-31"].every(isDay)).toBe(true);
    expect(["2026-02-29", "2026-13-01", "2026-1-1", "20261101", "", "2026-11-20T00:00:00Z"].some(isDay)).toBe(false);
  });

  it("shifts across months and years", () => {
    expect(shiftDay("2026-03-01", -1)).toBe("2026-02-28");
    expect(shiftDay("2026-12-31", 1)).toBe("2027-01-01");
  });

  it("finds what two spans share", () => {
    const november = { from: "2026-11-01", to: "2026-11-30" };
    expect(overlap(november, { from: "2026-10-20", to: "2026-11-05" })).toEqual({
      from: "2026-11-01",
      to: "2026-11-05",
    });
    expect(overlap({ from: "2026-11-10", to: "2026-12-05" }, november)).toEqual({
      from: "2026-11-10",
      to: "2026-11-30",
    });
    expect(overlap(november, { from: "2026-12-01", to: "2026-12-05" })).toBeNull();
  });

  it("sends both dates or neither", () => {
    expect(spanQuery({ from: "2026-11-01", to: "2026-11-02" })).toEqual({
      dateFrom: "2026-11-01",
      dateTo: "2026-11-02",
    });
    expect(spanQuery("billing_cycle")).toEqual({});
    expect(() => spanQuery({ from: "2026-11-02", to: "2026-11-01" })).toThrow(ArgumentError);
    expect(() => spanQuery({ from: "2026-02-30", to: "2026-03-01" })).toThrow(ArgumentError);
  });
});
