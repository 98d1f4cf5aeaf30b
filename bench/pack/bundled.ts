import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The part of esbuild's metafile that is read. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** A package of which at least one byte stands in dist/. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The texts of its licence and notice files. */
  readonly texts: readonly string[];
}

/** Every package that was really bundled, by name. @throws when one comes without a licence */
export function bundledPackages({ outputs }: Metafile): BundledPackage[] {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").replace(/\r\n/g, "\n").trim());
  if (typeof license !== "string") throw new Error(`${name} names no licence`);
  return { name, version, license, texts };
}

const RULE = "-".repeat(80);

/** What the licences of bundled packages ask for: their texts travel with the code. */
export function renderNotices(packages: readonly BundledPackage[]): string {
  const intro = `alephant-mcp contains code of the ${packages.length} packages below, under the licences that follow each name.`;
  const sections = packages.map(({ name, version, license, texts }) =>
    [
      RULE,
      `${name}@${version} (${license})`,
      RULE,
      "",
      ...(texts.length > 0 ? texts : [`Licence: ${license}`]),
      "",
    ].join("\n"),
  );
  return `${[intro, "", ...sections].join("\n")}`;
}

/** The `name@version` of every section, for lists made from the file. */
export function packagesInNotices(notices: string): string[] {
  return [...notices.matchAll(/^-{80}\n(\S+@\S+) \([^)]*\)\n-{80}$/gm)].map(([, id = ""]) => id);
}
