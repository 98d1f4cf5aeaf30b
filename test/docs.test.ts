import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fillBlocks, table } from "../bench/docs/blocks.ts";
import { renderReadme } from "../bench/docs/readme.ts";
import { EXIT } from "../src/cli/arguments.ts";
import { OPTIONS } from "../src/config.ts";
import { TOOLS } from "../src/tools/index.ts";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const readme = read("README.md");

describe("README.md", () => {
  it("has the tables that the code gives (else run: npm run docs)", () => {
    expect(readme).toBe(renderReadme(readme));
  });

  it("names every tool, setting and exit code", () => {
    for (const { name } of TOOLS) expect(readme).toContain(`| \`${name}\` |`);
    for (const name of Object.keys(OPTIONS)) expect(readme).toContain(`| \`${name}\``);
    for (const code of Object.values(EXIT)) expect(readme).toContain(`| ${code} |`);
  });

  it("gives the two commands on its first screen", () => {
    const screen = readme.split("\n").slice(0, 30).join("\n");
    for (const words of ["npm ci && npm run demo", "npm ci && npm test", "20.18.1"]) expect(screen).toContain(words);
  });

  it.each([...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""], index) => ({ index, text })))(
    "snippet $index is JSON that starts the server with its address and one credential",
    ({ text }) => {
      expect(() => JSON.parse(text)).not.toThrow();
      for (const words of ["alephant-mcp", "ALEPHANT_API_BASE_URL", "ALEPHANT_VIRTUAL_KEY"])
        expect(text).toContain(words);
      expect(text).not.toContain("ALEPHANT_PAT");
    },
  );

  it("links only to places that exist", () => {
    const anchors = [...readme.matchAll(/^#{1,4} (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const [, target = ""] of readme.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(target);
    for (const [, file = ""] of readme.matchAll(/\]\(([A-Z][^)#]*)\)/g)) expect(() => read(file)).not.toThrow();
  });

  it("counts the tools as CHANGELOG.md does", () => {
    expect(TOOLS).toHaveLength(30);
    expect(read("CHANGELOG.md")).toContain("Thirty tools");
    expect(TOOLS.filter(({ effect }) => effect !== "read")).toHaveLength(4);
    expect(readme).toContain("Four tools change something");
  });
});

describe("AGENTS.md", () => {
  it("stays short and names only commands that exist", () => {
    const text = read("AGENTS.md");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
    for (const [, script = ""] of text.matchAll(/npm run ([a-z:]+)/g)) expect(scripts).toContain(script);
  });
});

describe("fillBlocks", () => {
  const place = "a\n<!-- generated: x -->\nold\n<!-- /generated -->\nb";

  it("replaces what stands between the markers, and is stable", () => {
    const filled = fillBlocks(place, { x: "new" });
    expect(filled).toBe("a\n<!-- generated: x -->\n\nnew\n\n<!-- /generated -->\nb");
    expect(fillBlocks(filled, { x: "new" })).toBe(filled);
  });

  it("misses no place and no block", () => {
    expect(() => fillBlocks(place, {})).toThrow('nothing generates the block "x"');
    expect(() => fillBlocks(place, { x: "new", y: "more" })).toThrow("no place for: y");
  });

  it("keeps a bar inside a cell", () => {
    expect(table(["a|b"], [["c"]])).toBe("| a\\|b |\n| --- |\n| c |");
  });
});
