import {
  BURST_INTERVALS,
  MONOPHASIC_PAIR_INTERVALS,
  nearestInterval,
  PAIR_INTERVALS,
} from "../scales/intervals.ts";
import { nearest, upTo } from "../scales/scale.ts";
import {
  COARSE_DELAYS,
  FINE_DELAYS,
  ITI_TENTHS_S,
  RATIO_HUNDREDTHS,
  TRAIN_PULSES,
  TRAINS,
} from "../scales/settings.ts";
import type {
  TrainExtras,
  WrittenDelays,
  WrittenSettings,
  WrittenTrain,
} from "../wire/commands.ts";
import { isPairMode } from "../wire/words.ts";
import type { MagProBody, Setup } from "./body.ts";
import { pairByteOf, trainRates, withLegalRate } from "./setup.ts";
import type { Unit } from "./unit.ts";

/** Settings that are written move to the nearest legal value; what is impossible changes nothing. */

/** Without the model byte: clients that get it wrong are obeyed (`L2K2/TMSEMG_toolbox`). */
export type AskedSettings = Omit<WrittenSettings, "modelByte">;

export function isPossible({ model }: Unit, { mode, direction, waveform }: AskedSettings): boolean {
  return (
    model.modes.includes(mode) &&
    model.directions.includes(direction) &&
    model.waveforms.includes(waveform) &&
    !(isPairMode(mode) && waveform === "burst")
  );
}

/** The caller has seen that they are possible. */
export function withSettings(unit: Unit, body: MagProBody, asked: AskedSettings): MagProBody {
  const { mode, direction, waveform, burstPulses } = asked;
  const setup: Setup = {
    ...body.setup,
    mode,
    direction,
    waveform,
    burstPulses,
    ...intervalsOf(asked, body.setup),
    // Clients send 0 outside Twin or repeat the last one; it means nothing there.
    ratioHundredths:
      mode === "twin"
        ? nearest(RATIO_HUNDREDTHS, asked.ratioHundredths)
        : body.setup.ratioHundredths,
    lastPairByte: pairByteOf(body),
  };
  return withLegalRate(unit, { ...body, setup });
}

/** The interval counts for what is set: bursts, pairs, or nothing. */
function intervalsOf(
  { mode, waveform, intervalTenthsMs }: AskedSettings,
  before: Setup,
): Pick<Setup, "burstIntervalTenthsMs" | "pairIntervalTenthsMs"> {
  const { burstIntervalTenthsMs, pairIntervalTenthsMs } = before;
  if (waveform === "burst") {
    return {
      burstIntervalTenthsMs: nearestInterval(BURST_INTERVALS, intervalTenthsMs),
      pairIntervalTenthsMs,
    };
  }
  if (!isPairMode(mode)) return { burstIntervalTenthsMs, pairIntervalTenthsMs };
  const table = waveform === "monophasic" ? MONOPHASIC_PAIR_INTERVALS : PAIR_INTERVALS;
  return { burstIntervalTenthsMs, pairIntervalTenthsMs: nearestInterval(table, intervalTenthsMs) };
}

/** A train in progress keeps what it began with. */
export function withTrain(
  unit: Unit,
  body: MagProBody,
  written: WrittenTrain,
  extras: TrainExtras | null,
): MagProBody {
  const { maxItiS, maxTrainPulses } = unit.figures;
  const train = {
    ...body.train,
    rateTenthsHz: nearest(trainRates(unit, body), written.rateTenthsHz),
    pulses: nearest(upTo(TRAIN_PULSES, maxTrainPulses), written.pulses),
    trains: nearest(TRAINS, written.trains),
    itiTenthsS: nearest(upTo(ITI_TENTHS_S, maxItiS * 10), written.itiTenthsS),
  };
  if (extras === null) return { ...body, train };
  const { timingControl, warningSound, ramp } = extras;
  return withOutputDelayInBounds({
    ...body,
    train: {
      ...train,
      timingControl,
      warningSound,
      rampPct: ramp?.pct ?? train.rampPct,
      rampTrains: ramp?.trains ?? train.rampTrains,
    },
  });
}

export function withDelays(unit: Unit, body: MagProBody, written: WrittenDelays): MagProBody {
  const scales = unit.figures.coarseDelays > 0 ? COARSE_DELAYS : FINE_DELAYS;
  return withOutputDelayInBounds({
    ...body,
    delays: {
      inputTenthsMs: nearest(scales.inputTenthsMs, written.inputTenthsMs),
      outputTenthsMs: nearest(scales.outputTenthsMs, written.outputTenthsMs),
      chargeMs: nearest(scales.chargeMs, written.chargeMs),
    },
  });
}

/** The output can come before the pulse only where the device times the pulse (`L2K2/TMSEMG_toolbox`). */
function withOutputDelayInBounds(body: MagProBody): MagProBody {
  if (body.train.timingControl === "sequence" || body.delays.outputTenthsMs >= 0) return body;
  return { ...body, delays: { ...body.delays, outputTenthsMs: 0 } };
}
