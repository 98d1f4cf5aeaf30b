import { describe, expect, it, vi } from "vitest";
import type { Page } from "../../src/api/answer.ts";
import { AuthError, DeadlineError, RateLimitedError, UpstreamError } from "../../src/api/errors.ts";
import type { FetchLike } from "../../src/api/fetch.ts";
import { createKnownIds } from "../../src/api/known-ids.ts";
import { createManagerApi } from "../../src/api/manager.ts";
import { readAllPages, scanPages } from "../../src/api/pages.ts";
import { fakeClock } from "./fake-clock.ts";
import { AGENT_ID, answerOf, connect, KEY_ID, useService } from "./support.ts";

interface Row {
  id: string;
}

const rowsFrom = (first: number, count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: `id-${first + i}` }));

/** A list of that many rows, given out at most `most` a page. */
function listOf(count: number, options: { total?: number | null; most?: number; fail?: Record<number, Error> } = {}) {
  const { total = count, most = 200, fail = {} } = options;
  const asked: number[] = [];
  let running = 0;
  let busiest = 0;
  const fetchPage = async (page: number, pageSize: number): Promise<Page<Row>> => {
    asked.push(page);
    running += 1;
    busiest = Math.max(busiest, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    const failure = fail[page];
    if (failure !== undefined) throw failure;
    const size = Math.min(pageSize, most);
    const first = (page - 1) * size;
    return { rows: rowsFrom(first, Math.max(0, Math.min(size, count - first))), total, page, pageSize };
  };
  return { fetchPage, asked, busiest: () => busiest };
}

describe("W10 all pages", () => {
  it.each<[string, Parameters<typeof listOf>, { rows: number; complete: boolean; stoppedBy: string; pages: number }]>([
    ["one page", [4], { rows: 4, complete: true, stoppedBy: "end", pages: 1 }],
    ["an empty list", [0], { rows: 0, complete: true, stoppedBy: "end", pages: 1 }],
    ["an empty list without a total", [0, { total: null }], { rows: 0, complete: true, stoppedBy: "end", pages: 1 }],
    ["450 rows", [450], { rows: 450, complete: true, stoppedBy: "end", pages: 3 }],
    ["150 rows, silently 100 a page", [150, { most: 100 }], { rows: 150, complete: true, stoppedBy: "end", pages: 2 }],
    ["7 rows, silently 2 a page", [7, { most: 2 }], { rows: 7, complete: true, stoppedBy: "end", pages: 4 }],
    ["450 rows without a total", [450, { total: null }], { rows: 450, complete: true, stoppedBy: "end", pages: 3 }],
    ["4 rows without a total", [4, { total: null }], { rows: 4, complete: true, stoppedBy: "end", pages: 2 }],
    [
      "7 rows, 3 a page, no total",
      [7, { total: null, most: 3 }],
      { rows: 7, complete: true, stoppedBy: "end", pages: 3 },
    ],
    [
      "6 rows, 3 a page, no total",
      [6, { total: null, most: 3 }],
      { rows: 6, complete: true, stoppedBy: "end", pages: 3 },
    ],
    ["fewer rows than the total", [300, { total: 450 }], { rows: 300, complete: false, stoppedBy: "end", pages: 3 }],
  ])("reads %s", async (_, list, { rows, complete, stoppedBy, pages }) => {
    const source = listOf(...list);
    const listing = await readAllPages(source.fetchPage);
    expect(listing).toMatchObject({ complete, stoppedBy });
    expect(listing.rows).toEqual(rowsFrom(0, rows));
    expect(source.asked).toHaveLength(pages);
  });

  it("keeps what is wanted of a list of any length, and reads it to its end", async () => {
    const source = listOf(12_000);
    const listing = await readAllPages(source.fetchPage, { keep: ({ id }) => id.endsWith("77") });
    expect(listing).toMatchObject({ total: 12_000, complete: true, stoppedBy: "end", duplicates: 0 });
    expect(listing.rows.map(({ id }) => id)).toEqual(Array.from({ length: 120 }, (_, i) => `id-${i * 100 + 77}`));
  });

  it("ends when enough is kept, which is not the whole list", async () => {
    const source = listOf(12_000);
    const listing = await readAllPages(source.fetchPage, { keep: ({ id }) => id === "id-250", enough: 1 });
    expect(listing).toMatchObject({ rows: [{ id: "id-250" }], complete: false, stoppedBy: "found" });
    expect(source.asked).toHaveLength(5);
  });

  it("reads at most 4 pages side by side", async () => {
    const source = listOf(2_000);
    const onPage = vi.fn();
    const listing = await readAllPages(source.fetchPage, { onPage });
    expect(listing.complete).toBe(true);
    expect(source.busiest()).toBe(4);
    expect(source.asked).toHaveLength(10);
    expect(onPage).toHaveBeenLastCalledWith({ rows: 2_000, total: 2_000, pages: 10 });
  });

  it("C21 stops at a page that repeats known rows", async () => {
    const fetchPage = vi.fn(async (page: number, pageSize: number) => ({
      rows: rowsFrom(0, 3),
      total: null,
      page,
      pageSize,
    }));
    expect(await readAllPages(fetchPage)).toEqual({
      rows: rowsFrom(0, 3),
      total: null,
      complete: false,
      stoppedBy: "repeated_page",
      duplicates: 3,
    });
    expect(fetchPage).toHaveBeenCalledTimes(2);
  });

  it("C21 takes a row that comes twice once, and is then not complete", async () => {
    const pages = [rowsFrom(0, 200), rowsFrom(199, 200), rowsFrom(399, 50)];
    const fetchPage = async (page: number, pageSize: number) => ({
      rows: pages[page - 1] ?? [],
      total: 450,
      page,
      pageSize,
    });
    const listing = await readAllPages(fetchPage);
    expect(listing).toMatchObject({ complete: false, duplicates: 1 });
    expect(new Set(listing.rows.map(({ id }) => id)).size).toBe(449);
  });

  it("ends an endless list", async () => {
    const fetchPage = async (page: number, pageSize: number) => ({
      rows: rowsFrom(page * 1_000, 200),
      total: null,
      page,
      pageSize,
    });
    const listing = await readAllPages(fetchPage);
    expect(listing).toMatchObject({ complete: false, stoppedBy: "row_limit" });
    expect(listing.rows).toHaveLength(10_000);
  });

  it.each([
    ["page_failed", new UpstreamError("The service failed (500).")],
    ["deadline", new DeadlineError("late")],
    ["deadline", new RateLimitedError("own", { isOwnLimit: true })],
    ["page_failed", new RateLimitedError("theirs")],
  ])("C21 keeps what was read when a page fails: %s", async (stoppedBy, failure) => {
    const source = listOf(450, { fail: { 3: failure } });
    const listing = await readAllPages(source.fetchPage);
    expect(listing).toMatchObject({ complete: false, stoppedBy, total: 450 });
    expect(listing.rows).toHaveLength(400);
  });

  it("fails when the first page fails, and when the credential is refused", async () => {
    await expect(readAllPages(listOf(450, { fail: { 1: new UpstreamError("no") } }).fetchPage)).rejects.toThrow("no");
    await expect(readAllPages(listOf(450, { fail: { 2: new AuthError("gone") } }).fetchPage)).rejects.toThrow("gone");
    await expect(readAllPages(listOf(450, { fail: { 2: new TypeError("bug") } }).fetchPage)).rejects.toThrow("bug");
  });

  it("stops when the row that was looked for is found", async () => {
    const source = listOf(2_000);
    const scan = await scanPages(source.fetchPage, (rows) => rows.some(({ id }) => id === "id-250"));
    expect(scan).toMatchObject({ stoppedBy: "found", complete: false });
    expect(source.asked.length).toBeLessThanOrEqual(5);
  });
});

describe("a scan", () => {
  it("hands on every row of a long list once, in order, and keeps none", async () => {
    const ids: string[] = [];
    const scan = await scanPages(listOf(25_000).fetchPage, (rows) => void ids.push(...rows.map(({ id }) => id)));
    expect(scan).toMatchObject({ read: 25_000, total: 25_000, complete: true, stoppedBy: "end", duplicates: 0 });
    expect(new Set(ids).size).toBe(25_000);
    expect(await readAllPages(listOf(25_000).fetchPage)).toMatchObject({ complete: false, stoppedBy: "row_limit" });
  });

  it("ends early enough to tell of what was read", async () => {
    const clock = fakeClock();
    let count = 0;
    const fetch: FetchLike = async () => {
      count += 1;
      const row = { id: `${KEY_ID.slice(0, -3)}${String(count).padStart(3, "0")}` };
      await clock.advance(count === 1 ? 10 : 3_000);
      return answerOf({ data: { data: [row], total: 1_000 } });
    };
    const http = connect({ fetch, clock, call: { deadline: 20_000 }, timeouts: { callMs: 25_000 } });
    const scan = await createManagerApi(http).scanKeys(() => {});
    expect(scan).toMatchObject({ complete: false, stoppedBy: "deadline", total: 1_000 });
    expect(scan.read).toBeGreaterThan(3);
    expect(clock.monotonic()).toBeLessThan(32_000);
  });

  it("tells of a rule of forgetting: only the last ids are known", () => {
    const ids = createKnownIds(2);
    expect(["a", "b", "a", "c", "a"].map((id) => ids.isNew(id))).toEqual([true, true, false, true, true]);
  });
});

describe("W24 looking a key up", () => {
  const service = useService();
  const api = () => createManagerApi(connect());
  const page = (rows: object[], total: number | null) => ({ body: { code: 0, data: { data: rows, total } } });

  it("finds it, whatever the case of the id", async () => {
    service.on("GET /api/v1/virtual-keys", page([{ id: AGENT_ID }, { id: KEY_ID.toUpperCase(), label: "found" }], 2));
    const search = await api().findKey(KEY_ID.toUpperCase());
    expect(search).toMatchObject({ key: { id: KEY_ID, label: "found" }, searched: 2, total: 2 });
    expect(service.seen[0]?.query).toEqual({ page: "1", pageSize: "200" });
  });

  it("proves its absence by a complete list only", async () => {
    service.on("GET /api/v1/virtual-keys", page([{ id: AGENT_ID }], 1));
    expect(await api().findKey(KEY_ID)).toEqual({ key: null, searched: 1, total: 1, complete: true });
    service.on("GET /api/v1/virtual-keys", page([{ id: AGENT_ID }], 2), page([], 2));
    expect(await api().findKey(KEY_ID)).toEqual({ key: null, searched: 1, total: 2, complete: false });
  });
});

describe("lists", () => {
  const service = useService();
  const api = () => createManagerApi(connect());
  const empty = { body: { data: { data: [], total: 0 } } };

  it("W10 sends page, page size and only the filters that are given", async () => {
    for (const name of ["virtual-keys", "agents", "members", "departments"]) service.on(`GET /api/v1/${name}`, empty);
    await api().keys({ page: 2, pageSize: 25, status: "active", entityType: "agent" });
    await api().agents({ departmentId: KEY_ID, status: "active", environment: "production", search: "bot" });
    await api().members({});
    await api().departments({ pageSize: 200 });
    expect(service.seen.map(({ query }) => query)).toEqual([
      { page: "2", pageSize: "25", status: "active", entityType: "agent" },
      {
        page: "1",
        pageSize: "50",
        departmentId: KEY_ID,
        status: "active",
        environment: "production",
        search: "bot",
      },
      { page: "1", pageSize: "50" },
      { page: "1", pageSize: "200" },
    ]);
  });

  it.each([{ page: 0 }, { page: 1.5 }, { pageSize: 0 }, { pageSize: 201 }, { pageSize: Number.NaN }])(
    "W10 refuses %j before sending",
    async (query) => {
      await expect(api().agents(query)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(service.seen).toHaveLength(0);
    },
  );

  it("reads all pages of every list", async () => {
    for (const name of ["virtual-keys", "agents", "members", "departments"]) service.on(`GET /api/v1/${name}`, empty);
    for (const listing of await Promise.all([
      api().allKeys(),
      api().allAgents(),
      api().allMembers(),
      api().allDepartments(),
    ])) {
      expect(listing).toMatchObject({ rows: [], complete: true });
    }
  });

  it("W27 asks for master keys without a page, and goes on only when there are more", async () => {
    const keys = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ id: `${KEY_ID.slice(0, -3)}${String(first + i).padStart(3, "0")}` }));
    service.on("GET /api/v1/master-keys", { body: { data: { masterKeys: keys(0, 3) } } });
    expect(await api().masterKeys()).toMatchObject({ total: null, complete: true });
    service.on(
      "GET /api/v1/master-keys",
      { body: { data: { data: keys(0, 3), total: 5 } } },
      { body: { data: { data: keys(3, 2), total: 5 } } },
    );
    expect((await api().masterKeys()).rows).toHaveLength(5);
    expect(service.seen.map(({ query }) => query)).toEqual([{}, {}, { page: "2", pageSize: "200" }]);
  });
});
