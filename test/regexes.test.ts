import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

interface Expression {
  readonly path: string;
  readonly source: string;
  readonly flags: string;
}

function expressionsIn(path: string): Expression[] {
  const found: Expression[] = [];
  const file = ts.createSourceFile(path, readFileSync(`${SRC}${path}`, "utf8"), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = "", flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
      found.push({ path, source, flags });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const expressions = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.c?ts$/.test(path))
  .map((path) => path.replaceAll("\\", "/"))
  .flatMap(expressionsIn);

/** Places whose text is short or the user's own, where time that grows with the square of its length does no harm. */
const OWN_TEXT = [
  "cli/init/",
  "cli/doctor/",
  "config.ts",
  "config/",
  "finops/count.ts",
  "finops/money.ts",
  "finops/focus-csv.ts",
  "tool/wording.ts",
  "prompts.ts",
  "prompt-files.ts",
];

/** Long enough that a square shows as many seconds; for text of our own only what a cube or worse would show. */
const HOSTILE_LENGTH = 100_000;
const OWN_LENGTH = 1_500;
const LONGEST_MS = 2_000;

/** Strings that such an expression begins to match again and again: its own words, its kinds of letters, and pairs of them. */
const WORK = `
  const { parentPort, workerData } = require("node:worker_threads");
  for (const { path, source, flags, length } of workerData.expressions) {
    parentPort.postMessage({ begins: path + " /" + source + "/" });
    const words = source.replace(/\\\\[bBdDsSwWnrtu]|\\(\\?[:=!<]+|[\\\\^$*+?.()|{}\\[\\]]/g, " ").split(/\\s+/).filter((word) => word.length > 0 && word.length < 20);
    const letters = ["a", "0", "A", " ", "\\t", "\\n", "-", "_", ".", "/", ":", '"', "'", "[", "]", "{", "<", "*", "\\\\", "\\u001b", ","];
    const pairs = [...new Set(words)].flatMap((word) => [word, word + "a", word + "-", word + " ", word + ":", word + "."]);
    const expression = new RegExp(source, flags.includes("g") ? flags : flags + "g");
    for (const unit of [...letters, ...letters.map((letter) => letter + "a"), ...pairs]) {
      const text = unit.repeat(Math.ceil(length / unit.length)) + "\\u0000";
      const from = performance.now();
      text.replace(expression, "");
      const ms = performance.now() - from;
      if (ms > workerData.longestMs) parentPort.postMessage({ slow: path + " /" + source + "/ on " + JSON.stringify(unit), ms });
    }
  }
`;

/** What took too long, and what was under way when the time was over. */
function attack(length: number, under: readonly Expression[], mostMs = 55_000): Promise<string[]> {
  const workerData = { expressions: under.map((each) => ({ ...each, length })), longestMs: LONGEST_MS };
  const worker = new Worker(WORK, { eval: true, workerData });
  const slow: string[] = [];
  let underWay = "";
  worker.on("message", (message: { begins?: string; slow?: string }) => {
    underWay = message.begins ?? underWay;
    if (message.slow !== undefined) slow.push(message.slow);
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      void worker.terminate();
      resolve([...slow, `${underWay} did not end`]);
    }, mostMs);
    worker.once("error", reject);
    worker.once("exit", () => {
      clearTimeout(timer);
      resolve(slow);
    });
  });
}

describe("S5 no text makes an expression slow", () => {
  it("finds the expressions", () => expect(expressions.length).toBeGreaterThan(80));

  const isOwn = ({ path }: Expression) => OWN_TEXT.some((place) => path.startsWith(place));
  it("of others, even 100 kB of it", async () => {
    const theirs = expressions.filter((each) => !isOwn(each));
    expect(await attack(HOSTILE_LENGTH, theirs)).toEqual([]);
  }, 60_000);

  it("of the user's own", async () => {
    expect(await attack(OWN_LENGTH, expressions.filter(isOwn))).toEqual([]);
  }, 60_000);

  it("the test can tell: one that never ends is found", async () => {
    const found = await attack(HOSTILE_LENGTH, [{ path: "planted", source: "(a+)+$", flags: "" }], 3_000);
    expect(found).toEqual(["planted /(a+)+$/ did not end"]);
  }, 60_000);
});
