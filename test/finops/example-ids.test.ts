import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The worked examples of the specification of all figures. Each is a test that carries its id in its name or in a row of its table. */
const EXAMPLES = {
  GR: 9,
  US: 2,
  DC: 1,
  BM: 1,
  MB: 1,
  WB: 1,
  ED: 1,
  DX: 4,
  DD: 1,
  CP: 2,
  TR: 6,
  TS: 2,
  AD: 1,
  FC: 4,
  RO: 1,
  CA: 3,
  ID: 1,
  KR: 1,
  SV: 1,
  RS: 2,
  WI: 1,
  FO: 3,
} as const;

const ids = Object.entries(EXAMPLES).flatMap(([letters, count]) =>
  Array.from({ length: count }, (_, i) => `${letters}-${i + 1}`),
);

const texts = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .flatMap((file) => readFileSync(`test/${file}`, "utf8").match(/"[^"\n]*"/g) ?? []);

it.each(ids)("%s is the name of a test", (id) => {
  const own = new RegExp(`\\b${id}\\b`);
  expect(texts.filter((text) => own.test(text))).not.toEqual([]);
});
