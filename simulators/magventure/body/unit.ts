import { type Scale, upTo } from "../scales/scale.ts";
import type { AB } from "../wire/messages.ts";
import { isPairMode, type Mode, type Waveform } from "../wire/words.ts";
import type { BodyFigures } from "./figures.ts";
import { type MagProModel, rateScale } from "./models.ts";

/** What a unit is made of: fixed while the simulator lives. */
export interface Unit {
  readonly model: MagProModel;
  readonly figures: BodyFigures;
  readonly serialNumber: number;
  readonly coilNumber: number;
  /** Stored in the device; no client can write one over the line. */
  readonly protocol: readonly ProtocolLine[];
}

/** A train of a stored protocol. The pulses are of the mode and waveform that are set. */
export interface ProtocolLine {
  /** From the last pulse of the line before, or from the start. */
  readonly delayMs: number;
  /** Of the set amplitude. */
  readonly gainPct: AB;
  readonly rateHz: number;
  readonly pulses: number;
}

/** The model, less what the figures take from it. */
export function modelUnder(model: MagProModel, figures: BodyFigures): MagProModel {
  const lacksBurst = model.number === 0 && figures.r30Burst === 0;
  const isStandardAlone = model.number >= 4 && figures.standardAlone > 0;
  return {
    ...model,
    modes: isStandardAlone ? ["standard"] : model.modes,
    waveforms: lacksBurst ? ["biphasic"] : model.waveforms,
  };
}

/** Highest rate of starts in a mode and waveform, Hz. */
export function maxRateHz({ model, figures }: Unit, mode: Mode, waveform: Waveform): number {
  const { maxHz } = model.rates(mode, waveform);
  const lowered = loweredTo(figures, mode, waveform);
  return lowered > 0 ? Math.min(maxHz, lowered) : maxHz;
}

function loweredTo(figures: BodyFigures, mode: Mode, waveform: Waveform): number {
  if (waveform === "burst") return figures.maxBurstHz;
  return isPairMode(mode) ? figures.maxPairHz : 0;
}

/** Legal rates in a mode and waveform, tenths of a hertz. */
export function legalRates(unit: Unit, mode: Mode, waveform: Waveform): Scale {
  const scale = rateScale(unit.model.rates(mode, waveform), unit.figures.extendedRates > 0);
  return upTo(scale, maxRateHz(unit, mode, waveform) * 10);
}
