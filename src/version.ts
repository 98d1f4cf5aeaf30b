import { readFileSync } from "node:fs";

/** package.json lies one level above src/ and above dist/ alike, so the version is written down once. */
export function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const facts: unknown = JSON.parse(text);
  if (typeof facts !== "object" || facts === null || !("version" in facts))
    throw new Error("package.json has no version");
  return String(facts.version);
}
