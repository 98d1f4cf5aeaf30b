import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** A shorter time fails on a busy machine, where nothing is wrong. What must be faster is measured by the benches. */
const LEAST_MS = 1_500;

/** A measured time against its upper bound. */
const BOUNDS = /(?:performance\.now\(\) - \w+|\bms)\)(?:\s*\/[^)]*\))?\s*\.toBeLessThan(?:OrEqual)?\(([\d_]+)\)/g;
const POLLS = /expect\.poll\([^;]*?timeout: ([\d_]+)/g;

it("no test fails because something took less than a second too long", () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".test.ts"));
  const bounds = files.flatMap((path) => {
    const text = readFileSync(`${ROOT}${path}`, "utf8");
    return [BOUNDS, POLLS].flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([, ms = ""]) => ({ path, ms: Number(ms.replaceAll("_", "")) })),
    );
  });
  expect(bounds.length).toBeGreaterThan(8);
  expect(bounds.filter(({ ms }) => ms < LEAST_MS)).toEqual([]);
});
