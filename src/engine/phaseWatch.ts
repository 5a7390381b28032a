/** The EEG as it comes in beside the port, and when a rhythm in it will be at a phase. Pure of the device. */
import {
  arrivalsOf,
  CLOCK_FIT_DEFAULTS,
  fitClock,
  instantOfFrame,
  NO_ARRIVALS,
  withArrival,
} from "../analysis/clockFit.ts";
import { estimatePhase, PHASE_SETTINGS, type PhaseEstimate } from "../analysis/phase/estimate.ts";
import { nextInstantMs } from "../analysis/phase/instant.ts";
import { createSampleRing } from "../analysis/ring.ts";
import type { Amplifier, SampleBlock } from "../contract/amplifier.ts";
import type { PhaseTarget } from "../contract/dose.ts";
import type { Capabilities } from "../contract/stimulator.ts";

/** Where in an amplifier's stream the rhythm is. */
export interface EegSource {
  readonly rateHz: number;
  readonly channelCount: number;
  /** Channel over the target. */
  readonly active: number;
  /** Channels around it, whose mean is subtracted (Hjorth 1975); empty: none. */
  readonly around: readonly number[];
}

export interface PhaseAim {
  readonly kind: "aimed";
  /** When the start has to leave. */
  readonly startMs: number;
  /** From the newest sample to the pulse: how far the estimate had to look ahead. */
  readonly aheadMs: number;
  readonly newestAgeMs: number;
  /** From the start to the pulse, as far as marks have shown. */
  readonly delayMs: number;
  readonly amplitude: number;
}

export interface PhaseWatch {
  take(block: SampleBlock): void;
  /**
   * The first start from `fromMs` on whose pulse finds the phase, as far as the samples until now can tell;
   * starts after `toMs` are left to fresher samples.
   */
  aim(
    target: PhaseTarget,
    span: AimSpan,
  ): PhaseAim | { readonly kind: "none"; readonly why: string };
  /** A start has left; its last pulse comes `spanMs` after its first. */
  given(writtenMs: number, spanMs: number): void;
}

export interface AimSpan {
  readonly nowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Older samples tell nothing of now: half a turn is gone. */
const STALE_MS = 60;
/** How far behind the newest sample an estimate may be asked: samples of that age, and a start's lead and delay. */
const MOST_AHEAD_MS = STALE_MS + 80;
/** After a pulse the EEG is its artefact and its answer; P180 is over by then. */
const CLEAR_AFTER_MS = 350;
const KEPT_S = 4;
const KEPT_ARRIVALS = 512;

const SETTINGS = PHASE_SETTINGS;

export function createPhaseWatch(source: EegSource, usualDelayMs: number): PhaseWatch {
  const { rateHz, channelCount } = source;
  const ring = createSampleRing(channelCount, Math.ceil(KEPT_S * rateHz));
  const delays = createDelays(usualDelayMs);
  let arrivals = NO_ARRIVALS;
  let clearFromMs = Number.NEGATIVE_INFINITY;
  let last: Known | { readonly kind: "none"; readonly why: string } | null = null;

  const clockNow = (): ReturnType<typeof fitClock> =>
    fitClock(arrivalsOf(arrivals), { ...CLOCK_FIT_DEFAULTS, nominalRateHz: rateHz });

  const know = (bandHz: PhaseTarget["bandHz"]): Known | { kind: "none"; why: string } => {
    const clock = clockNow();
    if (clock === null) return none("no sample has come yet");
    const { to } = ring.held();
    const read = ring.read(to - Math.ceil((SETTINGS.windowMs * rateHz) / 1000), to);
    if (read.kind === "lost") return none("samples were lost");
    if (read.kind !== "whole") return none("the recording has just begun");
    const samples = derived(read.channels, source);
    const result = estimatePhase(samples, rateHz, MOST_AHEAD_MS, { ...SETTINGS, bandHz });
    if (!result.ok) return none(`no phase can be estimated (${result.why})`);
    return {
      kind: "known",
      bandHz,
      newestMs: instantOfFrame(clock, to - 1),
      estimate: result.estimate,
    };
  };

  return {
    take(block) {
      ring.push(block);
      const endIndex = block.firstIndex + block.frames;
      arrivals = withArrival(
        arrivals,
        { endIndex, arrivedMs: block.arrivedMs },
        KEPT_ARRIVALS,
        rateHz,
      );
      last = null;
      const clock = delays.waits ? clockNow() : null;
      if (clock === null) return;
      const marksMs = ring.triggers().map(({ index }) => instantOfFrame(clock, index));
      delays.saw(marksMs, instantOfFrame(clock, endIndex));
    },
    aim(target, { nowMs, fromMs, toMs }) {
      if (last?.kind === "known" && !sameBand(last.bandHz, target.bandHz)) last = null;
      last ??= know(target.bandHz);
      if (last.kind === "none") return last;
      const { estimate, newestMs } = last;
      const newestAgeMs = nowMs - newestMs;
      if (newestAgeMs > STALE_MS)
        return none(`the newest sample is ${newestAgeMs.toFixed(0)} ms old`);
      if (newestMs - SETTINGS.windowMs < clearFromMs)
        return none("the answer to the pulse before is still in the EEG");
      const { delayMs } = delays;
      const phaseRadAt = (startMs: number): number | null =>
        estimate.phaseRadAt(startMs + delayMs - newestMs);
      const startMs =
        fromMs > toMs ? null : nextInstantMs(phaseRadAt, target.targetRad, fromMs, toMs);
      if (startMs === null) return none("the phase is not near");
      const aheadMs = startMs + delayMs - newestMs;
      const { amplitude } = estimate;
      return { kind: "aimed", startMs, aheadMs, newestAgeMs, delayMs, amplitude };
    },
    given(writtenMs, spanMs) {
      clearFromMs = writtenMs + spanMs + CLEAR_AFTER_MS;
      if (spanMs === 0) delays.given(writtenMs);
    },
  };
}

/** Listens from the first sample on; null where the rig has no EEG. */
export function watchPhase(
  amplifier: Pick<Amplifier, "blocks$"> | null | undefined,
  eeg: EegSource | null | undefined,
  { worstLatencyMs }: Pick<Capabilities, "worstLatencyMs">,
): PhaseWatch | null {
  if (amplifier == null || eeg == null) return null;
  const watch = createPhaseWatch(eeg, (worstLatencyMs.serial ?? worstLatencyMs.trigger ?? 0) / 2);
  amplifier.blocks$.subscribe((block) => watch.take(block));
  return watch;
}

interface Known {
  readonly kind: "known";
  readonly bandHz: PhaseTarget["bandHz"];
  readonly newestMs: number;
  readonly estimate: PhaseEstimate;
}

const none = (why: string): { readonly kind: "none"; readonly why: string } => ({
  kind: "none",
  why,
});

function sameBand(a: PhaseTarget["bandHz"], b: PhaseTarget["bandHz"]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function derived(channels: readonly Float32Array[], { active, around }: EegSource): Float64Array {
  const neighbours = around.map((channel) => channels[channel]);
  return Float64Array.from(channels[active] ?? [], (value, i) =>
    around.length === 0
      ? value
      : value - neighbours.reduce((sum, one) => sum + (one?.[i] ?? 0), 0) / around.length,
  );
}

/** A mark so long before or after a start is not its pulse's, ms. */
const MARK_FROM_MS = -5;
const MARK_TO_MS = 40;
/** The median of the last ones: one that was mistaken moves nothing. */
const DELAYS_KEPT = 7;

interface Delays {
  /** From a start to its pulse as the amplifier shows them. */
  readonly delayMs: number;
  readonly waits: boolean;
  given(writtenMs: number): void;
  saw(marksMs: readonly number[], untilMs: number): void;
}

/**
 * The delay of the stimulator and that of the amplifier's samples are not known apart, and need not be: a mark in the samples shows
 * both together, and both together are what a phase is missed by.
 */
function createDelays(usualMs: number): Delays {
  let seen: readonly number[] = [];
  let waiting: number | null = null;
  return {
    get delayMs() {
      const sorted = [...seen].sort((a, b) => a - b);
      return sorted[Math.floor(sorted.length / 2)] ?? usualMs;
    },
    get waits() {
      return waiting !== null;
    },
    given(writtenMs) {
      waiting = writtenMs;
    },
    saw(marksMs, untilMs) {
      if (waiting === null || untilMs < waiting + MARK_TO_MS) return;
      const startMs = waiting;
      waiting = null;
      const mine = marksMs
        .map((atMs) => atMs - startMs)
        .filter((delayMs) => delayMs >= MARK_FROM_MS && delayMs <= MARK_TO_MS);
      const [only] = mine;
      if (only !== undefined && mine.length === 1) seen = [...seen, only].slice(-DELAYS_KEPT);
    },
  };
}
