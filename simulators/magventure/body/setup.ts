import type { Scale } from "../scales/scale.ts";
import { nearest, upTo } from "../scales/scale.ts";
import { ratioIndexOf } from "../scales/settings.ts";
import { isPairMode } from "../wire/words.ts";
import type { MagProBody, Setup } from "./body.ts";
import type { Shot } from "./shot.ts";
import { legalRates, maxRateHz, type Unit } from "./unit.ts";

/** What one start gives under a setup. */
export function shotShape(setup: Setup): Pick<Shot, "kind" | "pulses" | "intervalMs"> {
  if (setup.waveform === "burst") {
    return {
      kind: "burst",
      pulses: setup.burstPulses,
      intervalMs: setup.burstIntervalTenthsMs / 10,
    };
  }
  return isPairMode(setup.mode)
    ? { kind: "pair", pulses: 2, intervalMs: setup.pairIntervalTenthsMs / 10 }
    : { kind: "single", pulses: 1, intervalMs: 0 };
}

/**
 * Least time from one start to the next: the highest rate of the model, and room for one interval
 * between the last pulse of a pair or burst and the first of the next (a choice that agrees with the
 * tables: 20 bursts a second are five pulses 10 ms apart).
 */
export function minPeriodMs(unit: Unit, { setup }: MagProBody): number {
  const { pulses, intervalMs } = shotShape(setup);
  return Math.max(1000 / maxRateHz(unit, setup.mode, setup.waveform), pulses * intervalMs);
}

/** Legal rates of a train of what is set, tenths of a hertz. */
export function trainRates(unit: Unit, { setup }: MagProBody): Scale {
  const { pulses, intervalMs } = shotShape(setup);
  const withRoom = 10_000 / (pulses * intervalMs);
  return upTo(legalRates(unit, setup.mode, setup.waveform), withRoom);
}

/** Another mode, waveform or interval can leave the rate too high: it moves to the nearest legal one. */
export function withLegalRate(unit: Unit, body: MagProBody): MagProBody {
  const rateTenthsHz = nearest(trainRates(unit, body), body.train.rateTenthsHz);
  return { ...body, train: { ...body.train, rateTenthsHz } };
}

/** The last byte of message 9: it means something in Twin and Dual and keeps their last value elsewhere. */
export function pairByteOf({ setup, amplitudePct }: MagProBody): number {
  if (setup.mode === "twin") return ratioIndexOf(setup.ratioHundredths);
  return setup.mode === "dual" ? 100 - amplitudePct.b : setup.lastPairByte;
}
