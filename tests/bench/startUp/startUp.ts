import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { figure, median, type Section } from "../figure.ts";

const TURNS = 20;
const MOST_TIMES_BARE = 5;
const MAIN = fileURLToPath(new URL("../../../src/app/main.mjs", import.meta.url));

function startMs(args: readonly string[], extra: Readonly<Record<string, string>> = {}): number {
  const before = performance.now();
  const env = { ...process.env, ...extra };
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore", env });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return performance.now() - before;
}

/** From nothing to the end of `--help`, beside a Node that does nothing. */
export function benchStartUp(): Section {
  // The first start after an installation fills the cache of compiled sources.
  startMs([MAIN, "--help"]);
  const ours: number[] = [];
  const uncached: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    ours.push(startMs([MAIN, "--help"]));
    uncached.push(startMs([MAIN, "--help"], { NODE_DISABLE_COMPILE_CACHE: "1" }));
    bare.push(startMs(["-e", "0"]));
  }
  return {
    title: "Start-up",
    samples: [
      { label: "pulsetrain --help", unit: "ms", values: ours },
      { label: "the same without cache", unit: "ms", values: uncached },
      { label: "node -e 0", unit: "ms", values: bare },
    ],
    figures: [
      figure("start-up.help", "ms", median(ours), median(bare), {
        kind: "ratio at most",
        limit: MOST_TIMES_BARE,
      }),
    ],
    notes: ["the cache of compiled sources is in the user's cache folder from the first start on"],
  };
}
