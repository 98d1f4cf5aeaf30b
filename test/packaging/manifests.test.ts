import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { OPTIONS } from "../../src/config.ts";
import { readVersion } from "../../src/version.ts";

// biome-ignore lint/suspicious/noExplicitAny: files of foreign shapes, read field by field
function json(path: string): any {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
}

const [pkg, lock, server, manifest] = ["package.json", "package-lock.json", "server.json", "manifest.json"].map(json);

it("one version everywhere", () => {
  const versions = [
    pkg.version,
    lock.version,
    lock.packages[""].version,
    server.version,
    server.packages[0].version,
    manifest.version,
    readVersion(),
  ];
  expect(new Set(versions)).toEqual(new Set([pkg.version]));
});

describe("server.json", () => {
  it("is valid against the registry's schema", () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(json("test/packaging/server.schema.2025-12-11.json"));
    validate(server);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...server, description: "x".repeat(101) })).toBe(false);
  });

  it("says what the schema only asks for in prose", () => {
    expect(server.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(server.name).toBe(pkg.mcpName);
    expect(server.packages.map(({ identifier }: { identifier: string }) => identifier)).toEqual([pkg.name]);
    expect(Object.keys(server)).toEqual(["$schema", "name", "title", "description", "version", "packages"]);
  });

  it("names settings that exist, and marks the secret ones", () => {
    const variables: { name: string; isSecret?: boolean; default?: string }[] = server.packages[0].environmentVariables;
    for (const { name, isSecret = false, default: fallback } of variables) {
      const option = Object.values(OPTIONS).find((known) => known.name === name);
      expect([name, option?.secret]).toEqual([name, isSecret]);
      if (fallback !== undefined) expect(() => option?.parse(fallback)).not.toThrow();
    }
    const secrets = Object.values(OPTIONS).filter(({ secret }) => secret);
    expect(secrets.every(({ name }) => variables.some((variable) => variable.name === name))).toBe(true);
  });
});

describe("manifest.json", () => {
  it("starts what the package starts, on the same Node.js", () => {
    expect(manifest.manifest_version).toBe("0.3");
    expect(manifest.server.entry_point).toBe(pkg.bin["alephant-mcp"]);
    expect(manifest.server.mcp_config.args).toEqual([`\${__dirname}/${pkg.bin["alephant-mcp"]}`]);
    expect(manifest.compatibility.runtimes.node).toBe(pkg.engines.node);
  });

  it("asks for settings that exist; an empty one is really empty, and secrets are sensitive", () => {
    for (const [name, value] of Object.entries(manifest.server.mcp_config.env)) {
      const option = Object.values(OPTIONS).find((known) => known.name === name);
      const [, field = ""] = /^\$\{user_config\.(\w+)\}$/.exec(String(value)) ?? [];
      expect(manifest.user_config[field]).toMatchObject({ type: "string", default: expect.any(String) });
      expect([name, option?.secret]).toEqual([name, manifest.user_config[field].sensitive ?? false]);
    }
  });
});

describe("package.json", () => {
  it("installs nothing: everything is bundled", () => {
    expect([pkg.dependencies, pkg.optionalDependencies, pkg.peerDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(Object.keys(pkg.scripts).filter((name) => /^(pre|post)?(install|prepare|publish|pack)$/.test(name))).toEqual(
      [],
    );
  });

  it("pins every version", () => {
    const loose = Object.entries(pkg.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)));
    expect(loose).toEqual([]);
  });
});
