import { defineConfig } from "vitest/config";

const shared = { environment: "node", testTimeout: 20_000 } as const;

// `fast` is what `npm test` and CI run; the others have scripts of their own.
export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: "fast", include: ["tests/**/*.test.ts"], exclude: ["tests/slow/**"] } },
      { test: { ...shared, name: "slow", include: ["tests/slow/**/*.test.ts"], testTimeout: 1_800_000 } },
    ],
  },
});
