import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");

interface Manifest {
  readonly version: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const manifest: Manifest = JSON.parse(read("package.json"));
const lock: { packages: Readonly<Record<string, Locked>> } = JSON.parse(read("package-lock.json"));
const named = { ...manifest.dependencies, ...manifest.devDependencies };
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");

describe("S1 what is installed", () => {
  it("is named with exact versions", () => {
    expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("is locked with a checksum each", () => {
    expect(locked.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
    expect(locked.filter(([, { integrity = "" }]) => !integrity.startsWith("sha512-")).map(([path]) => path)).toEqual(
      [],
    );
  });
});

describe("S2 scripts of others", () => {
  it("run at no user's: nothing that is installed with the program has one", () => {
    const own = ["preinstall", "install", "postinstall", "prepare"].filter(
      (name) => manifest.scripts?.[name] !== undefined,
    );
    const production = locked.filter(([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true);
    expect([own, production.map(([path]) => path)]).toEqual([[], []]);
  });
});

describe("S7 least versions", () => {
  it.each([
    ["@modelcontextprotocol/sdk", [1, 32, 2], 2],
    ["undici", [7, 30, 2], 8],
  ] as const)("%s", (name, least, below) => {
    const { version }: Manifest = JSON.parse(read(`node_modules/${name}/package.json`));
    const parts = version.split(".").map(Number);
    const [major = 0] = parts;
    const firstOther = least.findIndex((part, i) => part !== parts[i]);
    expect(major).toBeLessThan(below);
    expect(firstOther < 0 || (parts[firstOther] ?? 0) > (least[firstOther] ?? 0), version).toBe(true);
  });
});

describe("S5 the source", () => {
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.c?ts$/.test(path))
    .map((path) => ({ path: path.replaceAll("\\", "/"), text: read(`src/${path}`) }));

  it("loads nothing whose name is computed", () => {
    const offenders = files.filter(({ text }) => /\bimport\((?!\s*")|createRequire/.test(text));
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it("starts no other program", () => {
    expect(
      files.filter(({ text }) => /node:(child_process|worker_threads|vm|cluster)/.test(text)).map(({ path }) => path),
    ).toEqual([]);
  });

  it("speaks to the network in two places: the transport, and the simulator", () => {
    const users = files.filter(({ text }) => /from "(node:)?(net|tls|http|https|http2|dgram)"/.test(text));
    expect(users.filter(({ path }) => !path.startsWith("sandbox/")).map(({ path }) => path)).toEqual([]);
  });
});

describe("S3 the package", () => {
  it("holds the bundle and the texts, and nothing else", () => {
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const out = execFileSync("npm", args, {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      shell: process.platform === "win32",
    });
    const [packed]: { files: { path: string; mode: number }[]; unpackedSize: number }[] = JSON.parse(out);
    const allowed =
      /^(dist\/[\w.-]+\.(js|cjs)|dist\/THIRD_PARTY_NOTICES\.txt|policy\.schema\.json|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/;
    const paths = packed?.files.map(({ path }) => path) ?? [];
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(paths).toContain("package.json");
    expect(packed?.unpackedSize).toBeLessThan(8 * 1024 * 1024);
  }, 30_000);
});
