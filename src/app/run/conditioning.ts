/** What comes before the pulses of a protocol, and what a rig has for it, in words. */
import { isAcross } from "../../../protocols/patterns/across.ts";
import type { Block, Level, Pattern, Protocol } from "../../../protocols/types.ts";
import type { RigFacts, SessionFacts } from "../../contract/session.ts";

/** Of every pattern that has one, in the order of the protocol. */
export function conditioningOf({ pattern, blocks }: Protocol): readonly Level[] {
  return [...(pattern === null ? [] : [pattern]), ...(blocks ?? []).flatMap(patternsOf)].flatMap(
    (one) => ("conditioning" in one ? [one.conditioning] : []),
  );
}

function patternsOf(block: Block): readonly Pattern[] {
  if ("repeat" in block) return block.blocks.flatMap(patternsOf);
  return "pattern" in block ? [block.pattern] : [];
}

/** What a person must have set and measured for pulses over the other hemisphere; empty without any. */
export function acrossLines(
  {
    rigFacts: { second },
    facts: { thresholds },
  }: { readonly rigFacts: RigFacts; readonly facts: SessionFacts },
  protocol: Protocol,
): readonly string[] {
  if (second === undefined || !conditioningOf(protocol).some(isAcross)) return [];
  const { coil, intensityPctMso, maxPctMso, minIntervalMs, model, side, waveform } = second;
  const rmt = thresholds.find(({ kind }) => kind === "RMT-other");
  return [
    `second stimulator: ${model}, ${waveform}, coil ${coil} over the ${side} hemisphere, set by hand to ${intensityPctMso} %MSO (at most ${maxPctMso}), a pulse every ${minIntervalMs} ms at most; a person confirms it before the first pulse`,
    rmt === undefined
      ? "RMT-other (the RMT under the second coil): not given, so its pulses are judged in percent of output alone; a real rig refuses"
      : `RMT-other (the RMT under the second coil): ${rmt.percentMso} %MSO, its pulses are at ${Math.ceil((100 * intensityPctMso) / rmt.percentMso)} % of it`,
  ];
}
