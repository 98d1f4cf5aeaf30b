import { gzipSync } from "node:zlib";
import {
  type Asked,
  applied,
  type Expected,
  fine,
  maybe,
  never,
  once,
  type Row,
  raw,
  retried,
  row,
  switched,
} from "./row.ts";
import { answers, dataText, floods, page, sends, sendsBody, zipBomb, zipped } from "./strikes.ts";

/** Reads of other routes than the usual one. */
const KEYS: Asked = { tool: "list_virtual_keys", args: {}, path: "/api/v1/virtual-keys" };
const ALL_KEYS: Asked = { tool: "find_idle_resources", args: { include: "keys" }, path: "/api/v1/virtual-keys" };
const TODAY = new Date().toISOString().slice(0, 10);
const usage = (row: string) => dataText(`{"data":[{"date":"${TODAY}",${row}}]}`);
const BEHIND = /clock_skew.*differs by about 3 h \(it is behind\); dates use the service's clock/;
const AHEAD = /clock_skew.*differs by about 3 h \(it is ahead\); dates use the service's clock/;
const told = (says: RegExp): Expected => ({ ...applied, says });
const ODD_KEYS = `{"data":[{"id":"00000000-0000-4000-8000-000000000001","label":"A","status":"frozen"}],"total":1}`;
const deep = "[".repeat(200_000) + "]".repeat(200_000);

/** Answers that are no answers: not readable, too large, not what was asked for. */
export const ANSWERS: readonly Row[] = [
  row("19", "200 with a web page", raw(page(200)), once("BAD_RESPONSE", /Got a web page/), maybe("BAD_RESPONSE")),
  row("21", "200, empty", raw(answers(200, "")), once("BAD_RESPONSE", /Empty answer/), {
    code: null,
    hits: 1,
    state: "settled",
  }),
  row("21b", "204", raw(sends("HTTP/1.1 204 No Content\r\n\r\n")), once("BAD_RESPONSE", /Empty answer/), {
    code: null,
    hits: 1,
    state: "settled",
  }),
  row(
    "22",
    "JSON as text/plain",
    raw(answers(200, "{}", ["content-type: text/plain"])),
    once("BAD_RESPONSE", /content type/),
    maybe("BAD_RESPONSE"),
  ),
  row(
    "23a",
    "unknown encoding",
    raw(zipped(Buffer.from("x"), "zstd")),
    once("BAD_RESPONSE", /encoding/),
    maybe("BAD_RESPONSE"),
  ),
  row(
    "23b",
    "corrupt gzip",
    raw(zipped(Buffer.from("0123456789"))),
    once("BAD_RESPONSE", /encoding/),
    maybe("BAD_RESPONSE"),
  ),
  row(
    "23c",
    "gzip cut short",
    raw(zipped(gzipSync(`{"code":0,"data":${JSON.stringify("x".repeat(9_000))}}`).subarray(0, 40))),
    retried("BAD_RESPONSE"),
    maybe("BAD_RESPONSE"),
  ),
  row(
    "23d",
    "six encodings",
    raw(zipped(Buffer.from("x"), "gzip, gzip, gzip, gzip, gzip, gzip")),
    { code: "BAD_RESPONSE", hits: null },
    maybe("BAD_RESPONSE"),
  ),
  row(
    "23e",
    "gzip unasked",
    raw(zipped(gzipSync(`{"code":0,"data":{"data":[{"date":"${TODAY}","cost":1,"requests":1}]}}`))),
    fine(1),
    null,
  ),
  row(
    "24",
    "gzip bomb of 200 MB",
    { kind: "raw", strike: zipBomb },
    once("TOO_LARGE", /exceeds 8 MB/),
    maybe("TOO_LARGE"),
  ),
  row("25", "100 MB", raw(floods), once("TOO_LARGE", /exceeds 8 MB/), maybe("TOO_LARGE")),
  row(
    "26",
    "200,000 levels",
    raw(answers(200, deep)),
    once("BAD_RESPONSE", /nested too deeply/),
    maybe("BAD_RESPONSE"),
  ),
  row(
    "27",
    "bytes that are not UTF-8",
    raw(sendsBody(["content-length: 7"], '{"\xff":1}')),
    once("BAD_RESPONSE", /text encoding/),
    maybe("BAD_RESPONSE"),
  ),
  row(
    "28",
    "NaN",
    raw(answers(200, '{"cost": NaN}')),
    retried("BAD_RESPONSE", /not valid JSON/),
    maybe("BAD_RESPONSE"),
  ),
  row(
    "29",
    "1e400 for a cost",
    raw(usage('"cost":1e400,"requests":1')),
    once("BAD_DATA", /not a valid number|number/),
    null,
  ),
  row("30", "texts for numbers", switched({ numbers: "strings" }), fine(1), applied),
  row("31", "rows in no known container", switched({ listContainer: "unknown" }), once("BAD_DATA"), never("BAD_DATA"), {
    asked: KEYS,
  }),
  row(
    "32",
    "a status nobody knows",
    raw(dataText(ODD_KEYS)),
    fine(1, /1 unknown status value.*unknown\(frozen\)/),
    null,
    {
      asked: KEYS,
    },
  ),
  row(
    "33",
    "the same day twice",
    raw(dataText(`{"data":[{"date":"${TODAY}","cost":1,"requests":1},{"date":"${TODAY}","cost":1,"requests":1}]}`)),
    fine(1),
    null,
  ),
  row("34", "negative tokens", raw(usage('"cost":1,"requests":1,"tokens":-5')), once("BAD_DATA"), null),
  row("35", "hostile labels", switched({ labels: "hostile" }), fine(1), applied, { asked: KEYS }),
  row("37", "endless pages", switched({ pages: "endless" }), fine(null, /truncated_rows/), applied, {
    asked: ALL_KEYS,
  }),
  row("38", "the same page for ever", switched({ pages: "repeat" }), fine(null, /truncated_rows/), applied, {
    asked: ALL_KEYS,
  }),
  row(
    "39",
    "the third page fails",
    { kind: "sandbox", fault: { kind: "500", query: { page: "3" } }, switches: { maxPageSize: 40 } },
    fine(null, /truncated_rows.*Keys: 80 were read, there are 120/),
    null,
    { asked: ALL_KEYS },
  ),
  row("48a", "clock three hours ahead of ours", switched({ clockSkew: 10_800 }), fine(2, BEHIND), told(BEHIND)),
  row("48b", "clock three hours behind ours", switched({ clockSkew: -10_800 }), fine(2, AHEAD), told(AHEAD)),
  row(
    "56",
    "200 with code 50001",
    raw(answers(200, { code: 50001, message: "MARKER internal", data: null })),
    once("UPSTREAM_ERROR", /error 50001/),
    maybe("UPSTREAM_ERROR"),
  ),
  row("57", "degraded zeros", switched({ degraded: "on" }), fine(1, /degraded/), applied),
];
