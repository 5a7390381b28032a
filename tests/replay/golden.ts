import { readFileSync } from "node:fs";
import type { ReplaySource } from "../../src/app/replay/replaySession.ts";
import type { StoredEvent } from "../../src/contract/events.ts";

/** A recorded session as text, so that a difference can be read. Written by writeGolden.ts. */
export interface Golden {
  readonly session: string;
  readonly events: readonly StoredEvent[];
  readonly documents: Readonly<Record<string, unknown>>;
}

export const GOLDEN_NAMES = [
  "trains",
  "singles",
  "jammed-train",
  "stopped",
  "unlocked",
  "real-time",
  "status-stream",
] as const;
export type GoldenName = (typeof GOLDEN_NAMES)[number];

export function goldenFile(name: GoldenName): URL {
  return new URL(`./golden/${name}.json`, import.meta.url);
}

export function readGolden(name: GoldenName): Golden {
  return JSON.parse(readFileSync(goldenFile(name), "utf8")) as Golden;
}

export function sourceOf(golden: Golden): ReplaySource {
  return {
    events: () => golden.events,
    document: (hash) => golden.documents[hash] ?? null,
  };
}
