import { beforeEach, describe, expect, it } from "vitest";
import { asPat, numberAt, pick, rowsAt, sandboxAt, textAt } from "./client.ts";

const sandbox = await sandboxAt();
beforeEach(() => sandbox.reset());

const LISTS = [
  ["virtual-keys", "keys", 120, 50],
  ["agents", "agents", 40, 50],
  ["members", "members", 60, 100],
  ["departments", "departments", 6, 100],
  ["master-keys", "masterKeys", 4, 50],
] as const;

const idsOf = (rows: unknown[]) => rows.map((row) => textAt(row, "id"));

describe.each(LISTS)("%s", (path, plural, total, usualSize) => {
  const read = (query = "") => asPat(sandbox, `${path}${query}`);

  it("pages through every row once, newest first, and ends with an empty page", async () => {
    const seen: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const { body } = await read(`?page=${page}&pageSize=7`);
      expect(pick(body, "data")).toMatchObject({ total, page, pageSize: 7 });
      const rows = rowsAt(body, "data.data");
      if (rows.length === 0) break;
      seen.push(...rows);
    }
    expect(new Set(idsOf(seen)).size).toBe(total);
    const created = seen.map((row) => pick(row, "createdAt")).filter((value) => value !== undefined);
    expect(created).toEqual(created.toSorted().toReversed());
  });

  it("has its own default size and clamps silently", async () => {
    expect(pick((await read()).body, "data.pageSize")).toBe(usualSize);
    expect(pick((await read("?pageSize=1000")).body, "data.pageSize")).toBe(200);
    sandbox.setSwitch("maxPageSize", 3);
    const { body } = await read("?pageSize=200");
    expect(pick(body, "data.pageSize")).toBe(3);
    expect(rowsAt(body, "data.data")).toHaveLength(3);
    expect((await read("?page=0&pageSize=-1")).status).toBe(200);
  });

  it.each([
    ["data.data", "data.data", "data.total"],
    ["data.items", "data.items", "data.total"],
    ["data.plural", `data.${plural}`, "data.total"],
    ["data", "data", "total"],
    ["plural", plural, "total"],
    ["items", "items", "total"],
  ] as const)("listContainer=%s", async (container, rows, totalAt) => {
    const expected = rowsAt((await read("?pageSize=2")).body, "data.data");
    sandbox.setSwitch("listContainer", container);
    const { body } = await read("?pageSize=2");
    expect(rowsAt(body, rows)).toEqual(expected);
    expect(numberAt(body, totalAt)).toBe(total);
    sandbox.setSwitch("totalPlace", "meta");
    const inside = totalAt.replace("total", "meta.total");
    expect(numberAt((await read("?pageSize=2")).body, inside)).toBe(total);
    sandbox.setSwitch("totalPlace", "pagination");
    expect(numberAt((await read("?pageSize=2")).body, inside.replace("meta", "pagination"))).toBe(total);
    sandbox.setSwitch("totalPlace", "none");
    expect((await read("?pageSize=2")).text).not.toContain('"total"');
  });

  it("listContainer=root, null, unknown", async () => {
    const expected = rowsAt((await read()).body, "data.data");
    sandbox.setSwitch("listContainer", "root");
    expect((await read()).body).toEqual(expected);
    sandbox.setSwitch("listContainer", "null");
    expect((await read()).body).toMatchObject({ code: 0, data: { data: null, total: 0 } });
    sandbox.setSwitch("listContainer", "unknown");
    expect((await read()).body).toEqual({ code: 0, message: "ok", data: { list: expected, count: total } });
  });

  it("saasEnvelope=data, plain", async () => {
    const { body } = await read("?pageSize=2");
    sandbox.setSwitch("saasEnvelope", "data");
    expect((await read("?pageSize=2")).body).toEqual({ data: pick(body, "data") });
    sandbox.setSwitch("saasEnvelope", "plain");
    expect((await read("?pageSize=2")).body).toEqual(pick(body, "data"));
    sandbox.setSwitch("listContainer", "data");
    expect(rowsAt((await read("?pageSize=2")).body, "data")).toEqual(pick(body, "data.data"));
  });

  it("pages=endless never runs out and never repeats an id", async () => {
    sandbox.setSwitch("pages", "endless");
    const ids: string[] = [];
    for (const page of [1, 2, 40, 41]) {
      const { body } = await read(`?page=${page}&pageSize=20`);
      const rows = rowsAt(body, "data.data");
      expect(rows).toHaveLength(20);
      expect(numberAt(body, "data.total")).toBeGreaterThan(page * 20);
      ids.push(...idsOf(rows));
    }
    expect(new Set(ids).size).toBe(80);
  });

  it("pages=repeat gives the first page again and again", async () => {
    sandbox.setSwitch("pages", "repeat");
    const [first, fifth] = [await read("?page=1&pageSize=2"), await read("?page=5&pageSize=2")];
    expect(pick(fifth.body, "data.data")).toEqual(pick(first.body, "data.data"));
    expect(numberAt(fifth.body, "data.total")).toBeGreaterThan(10);
  });
});

describe("filters", () => {
  const total = async (path: string) => numberAt((await asPat(sandbox, path)).body, "data.total");
  const all = async (path: string) =>
    rowsAt((await asPat(sandbox, `${path}${path.includes("?") ? "&" : "?"}pageSize=200`)).body, "data.data");

  it("virtual keys by status and entity type", async () => {
    const rows = await all("virtual-keys");
    for (const status of ["active", "disabled", "expired", "revoked"]) {
      const expected = rows.filter((row) => pick(row, "status") === status).length;
      expect(expected).toBeGreaterThan(0);
      expect(await total(`virtual-keys?status=${status}`)).toBe(expected);
    }
    const members = await all("virtual-keys?entityType=member&status=active");
    expect(members.length).toBeGreaterThan(20);
    expect(members.every((row) => pick(row, "entityType") === "member" && pick(row, "status") === "active")).toBe(true);
  });

  it("agents by department, status, environment and name", async () => {
    const rows = await all("agents");
    const departmentId = textAt(rows[0], "departmentId");
    const same = rows.filter((row) => pick(row, "departmentId") === departmentId);
    expect(idsOf(await all(`agents?departmentId=${departmentId}`))).toEqual(idsOf(same));
    expect(await total("agents?environment=staging")).toBe(
      rows.filter((row) => pick(row, "environment") === "staging").length,
    );
    expect(await total("agents?status=inactive")).toBe(1);
    expect((await all("agents?search=research")).map((row) => pick(row, "name"))).toEqual(["Research Agent"]);
    expect(await total("agents?search=nobody")).toBe(0);
  });

  it("models is one page without paging fields", async () => {
    const { body } = await asPat(sandbox, "models?page=2&pageSize=1");
    expect(rowsAt(body, "data.data")).toHaveLength(12);
    expect(Object.keys(Object(pick(body, "data")))).toEqual(["data", "total"]);
  });
});
