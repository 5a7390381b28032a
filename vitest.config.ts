import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const shared = { environment: "node", testTimeout: 30_000, hookTimeout: 30_000 } as const;

// `fast` is what `npm test` and CI run; `slow` (soak, thousands of sessions) has a script of its own.
const config: ViteUserConfig = defineConfig({
  test: {
    // One worker fewer than processors would be a single one on two, and half of the time is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
