/** N20 of the somatosensory evoked potential: nerve stimuli alone, averaged over the scalp. */
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import { sepN20, stimulusArtefact } from "../../analysis/mep/sep.ts";
import { averageOf } from "../../analysis/mep/tep.ts";
import type { Epoch } from "../../analysis/signal/epoch.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { MeasureContext } from "./context.ts";
import type { Cut, SampleDesk } from "./desk.ts";
import { toDocument } from "./epochDocument.ts";
import { onGrid } from "./tep.ts";

/** 200 to 500 sweeps at 3 a second (`protocols.md`: Toepp 2021); a third that is no part of the mains. */
const SWEEPS = 300;
const INTERVAL_MS = 331;
/** So many at a time, ten seconds: the desk keeps the stream for twice as long, and no longer. */
const SWEEPS_AT_ONCE = 30;
/** Over the hand area of the cortex against the forehead. */
const ACTIVE = "CP3";
const REFERENCE = "Fz";
/** More than what is read of it: a stimulus lies between two samples, and its sweep is laid onto the nearest. */
const WINDOW = { fromMs: -22, toMs: 60 } as const;
const BASELINE = { fromMs: -20, toMs: -2 } as const;

/** A measure of one average, with the hash of that average. */
export interface OfAverage {
  readonly channel: string;
  readonly measure: MeasureResult;
  readonly epoch: string;
}

export interface N20Result {
  readonly sweeps: number;
  /** Stimuli around which the stream has gaps, or was not recorded. */
  readonly rejected: number;
  /** When the stimuli came, by the channel that shows it best; null: none does, and the host's instant counts. */
  readonly artefact: OfAverage | null;
  /** Null: nothing could be averaged. */
  readonly potential: OfAverage | null;
  /** To a tenth of a millisecond; null: not found. */
  readonly n20Ms: number | null;
}

/** Measures and remembers N20; throws where the rig cannot or no potential is found. */
export async function findN20(context: MeasureContext, desk: SampleDesk): Promise<N20Result> {
  const { clock, writer } = context;
  const channels = desk.capabilities.channels.map(({ name }) => name);
  requireChannels(channels);
  context.say(`N20: ${SWEEPS} stimuli of the nerve, ${ACTIVE} against ${REFERENCE}`);
  const cuts = await stimulated(context, desk);
  const sweeps = cuts.flatMap((cut) => (cut.kind === "ready" ? [cut.epochs] : []));
  const artefact = artefactOf(averagesOf(sweeps, channels), context);
  const potential = potentialOf(sweeps, channels, artefact?.measure.value ?? 0, context);
  const result: N20Result = {
    sweeps: sweeps.length,
    rejected: cuts.length - sweeps.length,
    artefact,
    potential,
    n20Ms: roundedN20(potential?.measure.value ?? null),
  };
  const body = { ...result };
  writer.append([{ tMs: clock.now(), kind: "measure", name: "n20", body }], { durable: true });
  const { n20Ms } = result;
  if (n20Ms === null) {
    const why = potential?.measure.why.join(", ") ?? "no sweep could be recorded";
    throw new PulsetrainError("MEASURE_IMPOSSIBLE", `N20: ${why}`);
  }
  const from =
    artefact === null
      ? "counted from the host's instant: what box and amplifier take is in it"
      : `counted from the artefact at ${artefact.channel}`;
  context.say(`N20: ${n20Ms} ms from ${sweeps.length} sweeps, ${from}`);
  const { latenciesMs } = context.known();
  context.learn({ latenciesMs: { ...latenciesMs, N20: n20Ms } });
  return result;
}

/** Before anybody is stimulated for nothing. */
function requireChannels(channels: readonly string[]): void {
  if (channels.includes(ACTIVE) && channels.includes(REFERENCE)) return;
  throw new PulsetrainError(
    "MEASURE_IMPOSSIBLE",
    `N20 needs the channels ${ACTIVE} and ${REFERENCE}; the amplifier has ${channels.join(", ")}`,
  );
}

/** The stream around each stimulus, cut while the desk still holds it. */
async function stimulated(
  { conductor }: MeasureContext,
  desk: SampleDesk,
): Promise<readonly Cut[]> {
  const cuts: Promise<Cut>[] = [];
  while (cuts.length < SWEEPS) {
    const stimuli = Math.min(SWEEPS_AT_ONCE, SWEEPS - cuts.length);
    const { refused, writtenMs } = await conductor.nerveTrain(stimuli, INTERVAL_MS);
    if (refused !== null) throw new PulsetrainError("MEASURE_IMPOSSIBLE", `N20: ${refused}`);
    cuts.push(...writtenMs.map((atMs) => desk.cut({ atMs, window: WINDOW, mark: null })));
  }
  return Promise.all(cuts);
}

/** Intervals are set in tenths of a millisecond; the measure keeps every digit. */
export function roundedN20(n20Ms: number | null): number | null {
  return n20Ms === null ? null : Math.round(n20Ms * 10) / 10;
}

type Sweep = readonly Epoch[];

interface Average {
  readonly channel: string;
  readonly epoch: Epoch;
}

function averageAs(channel: string, epochs: readonly Epoch[]): readonly Average[] {
  const average = averageOf(onGrid(epochs), { blank: null, filters: [], baseline: BASELINE });
  if (!average.ok) return [];
  // In the precision that is stored, so that the same comes out again.
  const samples = Float32Array.from(average.epoch.samples);
  return [{ channel, epoch: { ...average.epoch, samples } }];
}

function averagesOf(sweeps: readonly Sweep[], channels: readonly string[]): readonly Average[] {
  return channels.flatMap((channel, i) =>
    averageAs(
      channel,
      sweeps.flatMap((sweep) => sweep[i] ?? []),
    ),
  );
}

function stored(
  { channel, epoch }: Average,
  measure: MeasureResult,
  { journal }: MeasureContext,
): OfAverage {
  return { channel, measure, epoch: journal.putDocument(toDocument(epoch, channel)) };
}

/** Of the channel on which the artefact stands out most. */
function artefactOf(averages: readonly Average[], context: MeasureContext): OfAverage | null {
  const [best] = averages
    .map((average) => ({ average, measure: stimulusArtefact.run(average.epoch) }))
    .filter(({ measure }) => measure.value !== null)
    .sort((a, b) => standsOut(b.measure) - standsOut(a.measure));
  return best === undefined ? null : stored(best.average, best.measure, context);
}

/** How far an artefact is from the noise, in standard deviations. */
function standsOut({ details }: MeasureResult): number {
  return Number(details["highest"]) / Number(details["baselineSd"]);
}

/** One channel against the other. */
function potentialOf(
  sweeps: readonly Sweep[],
  channels: readonly string[],
  stimulusMs: number,
  context: MeasureContext,
): OfAverage | null {
  const [active, reference] = [channels.indexOf(ACTIVE), channels.indexOf(REFERENCE)];
  const differences = sweeps.flatMap((sweep): readonly Epoch[] => {
    const [over, against] = [sweep[active], sweep[reference]];
    if (over === undefined || against === undefined) return [];
    const samples = Float64Array.from(over.samples, (x, i) => x - (against.samples[i] ?? 0));
    return [{ ...over, samples, range: null }];
  });
  const [average] = averageAs(`${ACTIVE}-${REFERENCE}`, differences);
  if (average === undefined) return null;
  return stored(average, sepN20.run(average.epoch, { stimulusMs }), context);
}
