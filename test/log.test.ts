import { describe, expect, it } from "vitest";
import { createLog, type Level } from "../src/log.ts";

function lines(level: Level, redact: (line: string) => string = (line) => line) {
  const written: string[] = [];
  return { written, log: createLog({ level, redact, write: (line) => written.push(line) }) };
}

describe("createLog", () => {
  it.each([
    ["error", ["error"]],
    ["warn", ["error", "warn"]],
    ["info", ["error", "warn", "info"]],
    ["debug", ["error", "warn", "info", "debug"]],
  ] as const)("at %s writes %j", (level, expected) => {
    const { written, log } = lines(level);
    for (const own of ["error", "warn", "info", "debug"] as const) log[own](`event of ${own}`);
    expect(written).toEqual(expected.map((own) => `alephant-mcp ${own}: event of ${own}`));
  });

  it("puts facts behind the event", () => {
    const { written, log } = lines("info");
    log.info("start", { mode: "vk", workspace: null, rpm: 60, sandbox: false });
    expect(written).toEqual(["alephant-mcp info: start mode=vk workspace=null rpm=60 sandbox=false"]);
  });

  it("keeps one event on one line", () => {
    const { written, log } = lines("info");
    log.info("a\nb", { label: "c\r\nd\u2028e" });
    expect(written).toEqual(["alephant-mcp info: a b label=c d e"]);
  });

  it("redacts the whole line before it cuts it", () => {
    const secret = "s".repeat(50);
    const { written, log } = lines("info", (line) => line.replaceAll(secret, "[redacted]"));
    log.info("x".repeat(560) + secret);
    expect(written[0]).toContain("[redacted]");
    expect(written[0]).not.toContain("ss");
  });

  it("cuts what is longer than a line should be", () => {
    const { written, log } = lines("info");
    log.info("x".repeat(2_000));
    expect(written[0]).toHaveLength(601);
    expect(written[0]?.endsWith("x…")).toBe(true);
  });
});
