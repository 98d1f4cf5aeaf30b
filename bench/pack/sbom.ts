import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { packagesInNotices } from "./bundled.ts";

// npm run sbom: writes sbom.cdx.json (CycloneDX). Everything the program needs is bundled, so the list of its runtime
// dependencies is empty; `npm sbom` therefore describes all installed packages, and those really bundled are kept.

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

interface Bom {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly metadata: { readonly component: Component };
}

const text = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], { encoding: "utf8", maxBuffer: 100_000_000 });
const bom: Bom & Record<string, unknown> = JSON.parse(text);
const bundled = packagesInNotices(readFileSync("dist/THIRD_PARTY_NOTICES.txt", "utf8"));
// What is bundled ships, though npm only needs it for building.
const components = bom.components
  .filter(({ name, version }) => bundled.includes(`${name}@${version}`))
  .map(({ properties = [], ...component }) => ({
    ...component,
    properties: properties.filter(({ name }) => name !== "cdx:npm:package:development"),
  }));
const missing = bundled.filter((id) => !components.some(({ name, version }) => id === `${name}@${version}`));
if (missing.length > 0) throw new Error(`npm sbom does not know: ${missing.join(", ")}`);

const root = bom.metadata.component["bom-ref"];
const kept = new Set([root, ...components.map((component) => component["bom-ref"])]);
const dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
writeFileSync("sbom.cdx.json", `${JSON.stringify({ ...bom, components, dependencies }, null, 2)}\n`);
console.log(`sbom.cdx.json: ${components.length} bundled packages.`);
