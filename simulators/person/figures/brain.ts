/** Background, rhythms and responses of the scalp. Amplitudes in microvolt, latencies in milliseconds. */
import { chosen, type FiguresOf, type Range, recalled, valuesOf } from "./figure.ts";

/** A peak of the evoked potential; `heard` is the part that is the answer to the click and the tap on the head. */
export interface TepPeak {
  readonly name: string;
  readonly ms: number;
  readonly betweenMs: number;
  readonly uv: number;
  readonly widthMs: number;
  readonly heard: number;
}

export interface SepPeak {
  readonly afterN20Ms: number;
  readonly uv: number;
  readonly widthMs: number;
}

export interface BackgroundFigures {
  readonly slope: number;
  readonly rmsUv: number;
  readonly polesHz: readonly number[];
  readonly whiteUv: number;
  readonly mainsUv: number;
  readonly quality: number;
  readonly alphaUv: number;
  readonly muUv: number;
  readonly muHz: number;
  readonly betaUv: number;
  readonly betaHz: number;
  readonly thetaUv: number;
  readonly thetaHz: number;
  readonly thetaInDementia: number;
  readonly blinkRate: number;
  readonly blinkMs: number;
  readonly blinkUv: Range;
}

export const BACKGROUND_FIGURES: FiguresOf<BackgroundFigures> = {
  slope: recalled(1.2, "power falls with frequency as 1/f^1.2"),
  rmsUv: recalled(10, "all of it"),
  polesHz: chosen([0.3, 1.2, 5, 20, 80, 320], "corners of the filter that makes the slope"),
  whiteUv: chosen(0.4, "noise of the electrode"),
  mainsUv: chosen(0.5, "amplitude of 50 Hz"),
  quality: recalled(15, "of the rhythms: centre frequency over width"),
  alphaUv: recalled(20, "amplitude with eyes closed, 10 to 30"),
  muUv: recalled(10, "amplitude at C3, 5 to 15"),
  muHz: recalled(10.5, "9 to 12"),
  betaUv: recalled(3, "amplitude"),
  betaHz: recalled(20, "middle of the band"),
  thetaUv: chosen(4, "amplitude in the healthy"),
  thetaHz: chosen(6, "middle of the band"),
  thetaInDementia: recalled(1.6, "times the healthy amplitude"),
  blinkRate: recalled(0.1, "blinks a second: a tenth of epochs of a second"),
  blinkMs: chosen(300, "length"),
  blinkUv: chosen([100, 200], "at the forehead"),
};

const COMPONENT = "latency by the name; amplitude over the motor cortex at 110 % of the threshold";
export interface EvokedFigures {
  readonly tep: readonly TepPeak[];
  readonly tepTrialSpread: number;
  readonly tepFromRmt: number;
  readonly tepReferenceRmt: number;
  readonly tepRecoveryMs: number;
  readonly p30InDementia: number;
  readonly clickFullPctMso: number;
  readonly unknownThresholdPctMso: number;
  readonly spikeUv: Range;
  readonly spikeMs: Range;
  readonly decayUv: Range;
  readonly decayMs: Range;
  readonly cranialUv: Range;
  readonly cranialFromMs: number;
  readonly cranialToMs: number;
  readonly nerveUv: number;
}

export const EVOKED_FIGURES: FiguresOf<EvokedFigures> = {
  tep: recalled(
    [
      { name: "N15", ms: 15, betweenMs: 2, uv: -2, widthMs: 2.5, heard: 0 },
      { name: "P30", ms: 30, betweenMs: 3, uv: 3, widthMs: 4, heard: 0 },
      { name: "N45", ms: 45, betweenMs: 4, uv: -3.5, widthMs: 6, heard: 0 },
      { name: "P60", ms: 60, betweenMs: 6, uv: 3, widthMs: 8, heard: 0 },
      { name: "N100", ms: 100, betweenMs: 12, uv: -6, widthMs: 18, heard: 0.5 },
      { name: "P180", ms: 185, betweenMs: 20, uv: 5, widthMs: 28, heard: 0.5 },
    ],
    `${COMPONENT}; heard: the part that is the answer to the click and the tap`,
  ),
  tepTrialSpread: recalled(0.4, "standard deviation of a peak from pulse to pulse"),
  tepFromRmt: chosen(0.5, "grows linearly from half of the threshold on"),
  tepReferenceRmt: chosen(1.1, "where the peaks have the sizes of the table"),
  tepRecoveryMs: chosen(
    250,
    "time constant of recovery after a pulse; 1.1 s spacing changes nothing (Leodori 2022, 10.1515/tnsci-2022-0235)",
  ),
  p30InDementia: chosen(1.3, "early hyperexcitability, without a number in PMC6867580"),
  clickFullPctMso: chosen(72, "output at which the click is as loud as in the table"),
  unknownThresholdPctMso: chosen(66, "stands in where a person has no motor threshold"),
  spikeUv: chosen([5000, 20_000], "artefact of the pulse, up to 20 mV"),
  spikeMs: chosen([3, 5], "its length"),
  decayUv: chosen(
    [5, 15],
    "what is left after it: small, so that N15 can be found without a removal of artefacts",
  ),
  decayMs: chosen([5, 6], "its time constant; lower part of 5 to 10 ms"),
  cranialUv: chosen([100, 1000], "muscle of the temple"),
  cranialFromMs: chosen(5, "begins"),
  cranialToMs: chosen(15, "and ends"),
  nerveUv: chosen(15, "artefact of the nerve stimulus"),
};

export interface SepFigures {
  readonly parietal: readonly SepPeak[];
  readonly frontal: readonly SepPeak[];
  readonly sweepSpread: number;
  readonly recoveryMs: number;
}

export const SEP_FIGURES: FiguresOf<SepFigures> = {
  parietal: chosen(
    [
      { afterN20Ms: 0, uv: -3, widthMs: 1.4 },
      { afterN20Ms: 5.5, uv: 3, widthMs: 2 },
      { afterN20Ms: 14, uv: -1.5, widthMs: 3.5 },
    ],
    "N20, P25, N35 at CP3: a few microvolt, which 200 sweeps show against the background",
  ),
  frontal: chosen(
    [
      { afterN20Ms: 0, uv: 1, widthMs: 1.6 },
      { afterN20Ms: 10, uv: -1.5, widthMs: 3 },
    ],
    "P20 and N30 at Fz: the other pole",
  ),
  sweepSpread: chosen(0.2, "standard deviation of the whole from stimulus to stimulus"),
  recoveryMs: chosen(50, "time constant of recovery; 5 Hz changes nothing"),
};

export const BACKGROUND: BackgroundFigures = valuesOf(BACKGROUND_FIGURES);
export const EVOKED: EvokedFigures = valuesOf(EVOKED_FIGURES);
export const SEP: SepFigures = valuesOf(SEP_FIGURES);
