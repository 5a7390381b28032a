/**
 * The numbers of the body; a test, a bench or an option of the same name may set each of them otherwise. Where sources disagree
 * or are silent the other answer can be had here too: figures of the second half are 0 or 1 unless
 * their unit says more.
 */
export interface BodyFigures {
  /** A command takes effect and is answered so long after it came; drawn between the two. */
  readonly minAnswerMs: number;
  readonly maxAnswerMs: number;
  /** An unfinished frame is given up after this pause. */
  readonly frameGapMs: number;
  /** What the `delay-answer` fault adds; clients wait 1 s. */
  readonly delayFaultMs: number;
  /** What the `split-frames` fault puts between two pieces. */
  readonly splitFaultMs: number;
  /** From enabling to the first pulse that can be given. No source names one. */
  readonly chargeAfterEnableMs: number;
  /** Enabled for so long without a pulse: disabled. The setting exists, its value is a choice; 0: never. */
  readonly autoDisableMs: number;
  /** Above this the device disables itself and cannot be enabled. A choice, like all of the heat. */
  readonly heatStopC: number;
  readonly ambientC: number;
  /** By one pulse at 100 %; it goes with the square of the amplitude. */
  readonly heatKPerPulse: number;
  readonly coolingTauS: number;
  /**
   * Realised di/dt at 100 %, A/µs, by waveform: di/dt = amplitude × this / 100, rounded. The true
   * relation depends on the coil too and is not published.
   */
  readonly didtMonophasic: number;
  readonly didtBiphasic: number;
  readonly didtHalfsine: number;
  readonly didtBurst: number;
  /** A pair up to this interval is told in one report, a longer one in two. The real limit is not published. */
  readonly onePairReportUpToMs: number;
  /** One report for each pulse of a burst instead of one for the burst. */
  readonly reportPerBurstPulse: number;
  /** A message 1 when the device disables itself; else only the flags of the next message tell. */
  readonly tellsSelfDisable: number;
  /** Commands 10, 11 and 12, found by experiment, are known. */
  readonly knowsExperimental: number;
  /** Message 8 after commands 6 and 8, for which `nigelrogasch/MAGIC` waits. */
  readonly answersTrainAndDelays: number;
  /** Message 9 after command 9 that writes, for which `nigelrogasch/MAGIC` waits. */
  readonly answersSettings: number;
  /** The option "extended repetition rate", which cannot be set from outside. */
  readonly extendedRates: number;
  /** Lowers the highest rate of pairs, or of bursts, Hz; 0: the table of the model. */
  readonly maxPairHz: number;
  readonly maxBurstHz: number;
  /** Longest interval between trains, s: 300 or 120. */
  readonly maxItiS: number;
  /** Most pulses in a train: 2000 or 1000. */
  readonly maxTrainPulses: number;
  /** The delays of `L2K2/TMSEMG_toolbox`. */
  readonly coarseDelays: number;
  /** An R30 takes the burst. */
  readonly r30Burst: number;
  /** R30+Option+Mono and MST have mode Standard alone. */
  readonly standardAlone: number;
  /** The host can show every page that `xiangruili/MagventurePyTMS` offers. */
  readonly allPages: number;
  /** Message 5 tells the page that is shown; else always Main (its author calls it unreliable). */
  readonly longStatusPage: number;
  /** Bytes of message 10 behind those that are understood. */
  readonly delayTailBytes: number;
  /** With timing control Sequence an edge on the trigger input gives a pulse too. */
  readonly triggerInSequence: number;
}

export const DEFAULT_FIGURES: BodyFigures = {
  minAnswerMs: 20,
  maxAnswerMs: 80,
  frameGapMs: 100,
  delayFaultMs: 1500,
  splitFaultMs: 5,
  chargeAfterEnableMs: 0,
  autoDisableMs: 60_000,
  heatStopC: 40,
  ambientC: 24,
  heatKPerPulse: 0.007,
  coolingTauS: 1800,
  didtMonophasic: 130,
  didtBiphasic: 150,
  didtHalfsine: 140,
  didtBurst: 145,
  onePairReportUpToMs: 50,
  reportPerBurstPulse: 0,
  tellsSelfDisable: 0,
  knowsExperimental: 1,
  answersTrainAndDelays: 0,
  answersSettings: 0,
  extendedRates: 0,
  maxPairHz: 0,
  maxBurstHz: 0,
  maxItiS: 300,
  maxTrainPulses: 2000,
  coarseDelays: 0,
  r30Burst: 1,
  standardAlone: 0,
  allPages: 0,
  longStatusPage: 1,
  delayTailBytes: 0,
  triggerInSequence: 0,
};
