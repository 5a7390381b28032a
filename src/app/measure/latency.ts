/** N20 of the somatosensory evoked potential: nerve stimuli alone, averaged over the scalp. */
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import { sepN20 } from "../../analysis/mep/sep.ts";
import { type Averaged, averageOf } from "../../analysis/mep/tep.ts";
import type { Epoch } from "../../analysis/signal/epoch.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { Journal } from "../../journal/journal.ts";
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

export interface N20Result {
  readonly sweeps: number;
  /** Stimuli around which the stream has gaps, or was not recorded. */
  readonly rejected: number;
  /** To a tenth of a millisecond; null: not found. */
  readonly n20Ms: number | null;
  /** What was made of the average; null: there is none. */
  readonly measure: MeasureResult | null;
  /** Hash of the average. */
  readonly epoch: string | null;
}

/** Measures and remembers N20; throws where the rig cannot or no potential is found. */
export async function findN20(context: MeasureContext, desk: SampleDesk): Promise<N20Result> {
  const { clock, journal, writer } = context;
  context.say(`N20: ${SWEEPS} stimuli of the nerve, ${ACTIVE} against ${REFERENCE}`);
  const cuts = await stimulated(context, desk);
  const sweeps = cuts.flatMap((cut) =>
    cut.kind === "ready" ? [derivation(cut.epochs, desk)] : [],
  );
  const average = averageOf(onGrid(sweeps), { blank: null, filters: [], baseline: BASELINE });
  const result = resultOf(average, journal);
  const { n20Ms, measure } = result;
  const body = { ...result, sweeps: sweeps.length, rejected: cuts.length - sweeps.length };
  writer.append([{ tMs: clock.now(), kind: "measure", name: "n20", body }], { durable: true });
  if (n20Ms === null) {
    const why = average.ok ? measure?.why.join(", ") : average.why;
    throw new PulsetrainError("MEASURE_IMPOSSIBLE", `N20: ${why ?? "not found"}`);
  }
  context.say(`N20: ${n20Ms} ms from ${sweeps.length} sweeps`);
  const { latenciesMs } = context.known();
  context.learn({ latenciesMs: { ...latenciesMs, N20: n20Ms } });
  return body;
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

/** One channel against the other. */
function derivation(epochs: readonly Epoch[], desk: SampleDesk): Epoch {
  const { channels } = desk.capabilities;
  const find = (name: string): Epoch => {
    const epoch = epochs[channels.findIndex((channel) => channel.name === name)];
    if (epoch !== undefined) return epoch;
    throw new PulsetrainError(
      "MEASURE_IMPOSSIBLE",
      `N20 needs the channels ${ACTIVE} and ${REFERENCE}; the amplifier has ${channels.map((channel) => channel.name).join(", ")}`,
    );
  };
  const active = find(ACTIVE);
  const reference = find(REFERENCE);
  const samples = Float64Array.from(
    active.samples,
    (value, i) => value - (reference.samples[i] ?? 0),
  );
  return { ...active, samples, range: null };
}

/** Intervals are set in tenths of a millisecond; the measure keeps every digit. */
export function roundedN20(n20Ms: number | null): number | null {
  return n20Ms === null ? null : Math.round(n20Ms * 10) / 10;
}

function resultOf(
  average: Averaged,
  journal: Pick<Journal, "putDocument">,
): Pick<N20Result, "n20Ms" | "measure" | "epoch"> {
  if (!average.ok) return { n20Ms: null, measure: null, epoch: null };
  // In the precision that is stored, so that the same comes out again.
  const epoch = { ...average.epoch, samples: Float32Array.from(average.epoch.samples) };
  const measure = sepN20.run(epoch);
  return {
    n20Ms: roundedN20(measure.value),
    measure,
    epoch: journal.putDocument(toDocument(epoch, `${ACTIVE}-${REFERENCE}`)),
  };
}
