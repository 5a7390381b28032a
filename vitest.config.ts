import { defineConfig, type ViteUserConfig } from "vitest/config";

const shared = { environment: "node", testTimeout: 30_000, hookTimeout: 30_000 } as const;

// `fast` is what `npm test` and CI run; `slow` (soak, thousands of sessions) has a script of its own.
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", "./tests/support/closingCounts.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "fast",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/slow/**", "tests/architecture/canary/**"],
        },
      },
      {
        test: {
          ...shared,
          name: "slow",
          include: ["tests/slow/**/*.test.ts"],
          testTimeout: 1_800_000,
          // Memory is measured after a collection.
          execArgv: ["--expose-gc"],
        },
      },
    ],
  },
});
export default config;
