import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A busy machine is no failure: a test that hangs is one, and half a minute tells.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: ["test/harness/only-this-machine.ts"],
    reporters: ["default", ["json", { outputFile: process.env.ALEPHANT_TEST_REPORT ?? "coverage/results.json" }]],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/packaging/built.test.ts"],
        },
      },
      {
        extends: true,
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts", "test/packaging/built.test.ts"] },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 90 },
    },
  },
});
