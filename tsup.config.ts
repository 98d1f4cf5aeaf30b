import { defineConfig } from "tsup";

const common = { outDir: "dist", target: "node20", platform: "node", minify: true, silent: true } as const;

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
    splitting: true,
    noExternal: [/.*/],
    // Some bundled packages are CommonJS and call require() for Node's own modules.
    banner: {
      js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);',
    },
  },
]);
