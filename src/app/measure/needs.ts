/** Which values of a subject a protocol rests on, and which of them this session can measure first. */
import { isAcross } from "../../../protocols/patterns/across.ts";
import type { Block, Intensity, Pattern, Protocol } from "../../../protocols/types.ts";
import type { Known } from "./context.ts";

export type NeededValue = "RMT" | "AMT" | "1mV" | "N20";

/** In this order: each may use the ones before it. */
const ORDER: readonly NeededValue[] = ["RMT", "AMT", "1mV", "N20"];

/** What is not known yet of what the protocol names, in the order of measuring. */
export function missingValues(protocol: Protocol, known: Known): readonly NeededValue[] {
  const needed = new Set<NeededValue>();
  for (const { intensity, pattern } of stimulations(protocol)) {
    addIntensity(needed, intensity);
    addPattern(needed, pattern);
  }
  // Every other output is searched for from the resting threshold, and judged by it.
  if (needed.size > 0) needed.add("RMT");
  const has = (value: NeededValue): boolean =>
    value === "N20"
      ? known.latenciesMs["N20"] !== undefined
      : known.thresholds.some(({ kind }) => kind === value);
  return ORDER.filter((value) => needed.has(value) && !has(value));
}

function stimulations(
  protocol: Protocol,
): readonly { readonly intensity: Intensity; readonly pattern: Pattern }[] {
  const { blocks, intensity, pattern } = protocol;
  if (blocks !== null) return blocks.flatMap(ofBlock);
  return intensity === null || pattern === null ? [] : [{ intensity, pattern }];
}

function ofBlock(
  block: Block,
): readonly { readonly intensity: Intensity; readonly pattern: Pattern }[] {
  if ("repeat" in block) return block.blocks.flatMap(ofBlock);
  return "pattern" in block ? [{ intensity: block.intensity, pattern: block.pattern }] : [];
}

function addIntensity(needed: Set<NeededValue>, intensity: Intensity): void {
  if (!intensity.toBeMeasured) addBase(needed, intensity.base);
}

function addBase(needed: Set<NeededValue>, base: string): void {
  if (base.startsWith("%RMT")) needed.add("RMT");
  else if (base.startsWith("%AMT")) needed.add("AMT");
  else if (/^1 ?mV/.test(base)) needed.add("1mV");
}

function addPattern(needed: Set<NeededValue>, pattern: Pattern): void {
  if (pattern.type !== "paired" && pattern.type !== "threshold-tracking") return;
  // A hunt begins near the resting threshold, whatever it is for.
  if (pattern.type === "threshold-tracking") needed.add("RMT");
  // The threshold under a second coil is given, never measured here.
  if (!isAcross(pattern.conditioning)) addBase(needed, pattern.conditioning.base);
  if (pattern.type === "paired") addBase(needed, pattern.test.base);
  if (pattern.isiMs.some((isi) => typeof isi === "string")) needed.add("N20");
}
