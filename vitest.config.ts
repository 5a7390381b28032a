import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const shared = { environment: "node", testTimeout: 30_000, hookTimeout: 30_000 } as const;

// Tests that start processes and live in real time. A machine that stalls longer than the rules
// allow ends a run in them, as it should; such a test is then tried again.
const realTime = [
  "tests/e2e/**/*.test.ts",
  "tests/peers/**/*.test.ts",
  "tests/docs/commands.test.ts",
  "tests/redteam/crash.test.ts",
  "tests/simulators/hosting/**/*.test.ts",
  "tests/io/{serialPort,twoProcesses}.test.ts",
  "tests/journal/{failures,lease,processes}.test.ts",
];

// `fast` and `real-time` are what `npm test` and CI run; `slow` (soak, thousands of sessions) has a script of its own.
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
          exclude: ["tests/slow/**", "tests/architecture/canary/**", ...realTime],
        },
      },
      { test: { ...shared, name: "real-time", include: realTime, testTimeout: 60_000, retry: 2 } },
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
