import { writeFileSync } from "node:fs";
import { defineConfig } from "tsup";
import { bundledPackages, renderNotices } from "./bench/pack/bundled.ts";
import { PROMPTS } from "./src/prompt-files.ts";
import { SURFACE } from "./src/surface.ts";

const common = {
  outDir: "dist",
  target: "node20",
  platform: "node",
  minify: true,
  silent: true,
  sourcemap: false,
} as const;

export default defineConfig([
  {
    ...common,
    entry: { launcher: "src/launcher.cts" },
    format: "cjs",
    external: ["./main.js"],
    outExtension: () => ({ js: ".cjs" }),
    clean: true,
  },
  {
    ...common,
    entry: { main: "src/main.ts" },
    format: "esm",
    // Every `await import()` becomes a chunk of its own, loaded when it is needed and not before.
    splitting: true,
    noExternal: [/.*/],
    // Some bundled packages are CommonJS and call require() for Node's own modules.
    banner: {
      js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);',
    },
    esbuildOptions(options) {
      // Licence texts stand in one file instead of in every chunk.
      options.legalComments = "none";
    },
    esbuildPlugins: [
      {
        // The server brings a validator of its own (see src/server.ts); the SDK's default would cost every start its load time.
        name: "no-default-validator",
        setup(build) {
          build.onLoad({ filter: /[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
            contents: "export class AjvJsonSchemaValidator {}",
          }));
        },
      },
      {
        // What does not change from start to start is computed here, once (see src/surface.ts and src/prompt-files.ts).
        name: "made-at-build-time",
        setup(build) {
          const made = (name: string, value: unknown) => () => ({
            contents: `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});`,
          });
          build.onLoad({ filter: /[\\/]src[\\/]surface\.ts$/ }, made("SURFACE", SURFACE));
          build.onLoad({ filter: /[\\/]src[\\/]prompt-files\.ts$/ }, made("PROMPTS", PROMPTS));
        },
      },
      {
        name: "third-party-notices",
        setup(build) {
          build.initialOptions.metafile = true;
          build.onEnd(({ metafile }) => {
            if (metafile === undefined) return;
            writeFileSync("dist/THIRD_PARTY_NOTICES.txt", renderNotices(bundledPackages(metafile)));
          });
        },
      },
    ],
  },
]);
