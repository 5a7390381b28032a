/** N20 of the somatosensory evoked potential: nerve stimuli alone, averaged over the scalp. */
import { averageOf } from "../../analysis/mep/tep.ts";
import { type Epoch, spanOf, timeMsOf } from "../../analysis/signal/epoch.ts";
import { rmsOf } from "../../analysis/signal/statistics.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { MeasureContext } from "./context.ts";
import type { SampleDesk } from "./desk.ts";
import { toDocument } from "./epochDocument.ts";

/** 200 to 500 sweeps at 3 a second (`protocols.md`: Toepp 2021); a third that is no part of the mains. */
const SWEEPS = 300;
const INTERVAL_MS = 331;
/** Over the hand area of the cortex against the forehead. */
const ACTIVE = "CP3";
const REFERENCE = "Fz";
const WINDOW = { fromMs: -20, toMs: 60 } as const;
/** Where an N20 of a grown person is looked for, ms. */
const SEARCH = { fromMs: 17, toMs: 26 } as const;
const BASELINE = { fromMs: -20, toMs: -2 } as const;
/** A trough below so many standard deviations of the averaged baseline is one. */
const LEAST_DEVIATIONS = 4;

export interface N20Result {
  readonly method: "sep-average";
  readonly version: 1;
  readonly sweeps: number;
  readonly rejected: number;
  readonly n20Ms: number | null;
  readonly amplitudeUv: number | null;
  readonly baselineSdUv: number;
  readonly why: string | null;
}

/** Measures and remembers N20; throws where the rig cannot or no potential is found. */
export async function findN20(context: MeasureContext, desk: SampleDesk): Promise<N20Result> {
  const { clock, conductor, journal, writer } = context;
  context.say(`N20: ${SWEEPS} stimuli of the nerve, ${ACTIVE} against ${REFERENCE}`);
  const given = await conductor.nerveTrain(SWEEPS, INTERVAL_MS);
  if (given.refused !== null)
    throw new PulsetrainError("MEASURE_IMPOSSIBLE", `N20: ${given.refused}`);
  const cuts = await Promise.all(
    given.writtenMs.map((atMs) => desk.cut({ atMs, window: WINDOW, mark: null })),
  );
  const sweeps = cuts.flatMap((cut) =>
    cut.kind === "ready" ? [derivation(cut.epochs, desk)] : [],
  );
  const result = judge(aligned(sweeps), cuts.length - sweeps.length);
  const average = averageOf(aligned(sweeps), { blank: null, filters: [], baseline: BASELINE });
  const epoch = average.ok
    ? journal.putDocument(toDocument(average.epoch, `${ACTIVE}-${REFERENCE}`))
    : null;
  writer.append([{ tMs: clock.now(), kind: "measure", name: "n20", body: { ...result, epoch } }], {
    durable: true,
  });
  if (result.n20Ms === null)
    throw new PulsetrainError("MEASURE_IMPOSSIBLE", `N20: ${result.why ?? "not found"}`);
  context.say(`N20: ${result.n20Ms} ms from ${result.sweeps} sweeps`);
  const { latenciesMs } = context.known();
  context.learn({ latenciesMs: { ...latenciesMs, N20: result.n20Ms } });
  return result;
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

/** Sweeps onto one grid: the nearest sample, which at 5 kHz is within a tenth of a millisecond. */
function aligned(sweeps: readonly Epoch[]): readonly Epoch[] {
  const before = Math.min(...sweeps.map(({ pulseIndex }) => Math.round(pulseIndex)));
  const after = Math.min(
    ...sweeps.map(({ samples, pulseIndex }) => samples.length - Math.round(pulseIndex)),
  );
  return sweeps.map((sweep) => {
    const at = Math.round(sweep.pulseIndex);
    return { ...sweep, samples: sweep.samples.slice(at - before, at + after), pulseIndex: before };
  });
}

function judge(sweeps: readonly Epoch[], rejected: number): N20Result {
  const nothing = { method: "sep-average", version: 1, sweeps: sweeps.length, rejected } as const;
  const average = averageOf(sweeps, { blank: null, filters: [], baseline: BASELINE });
  const fail = (why: string): N20Result => ({
    ...nothing,
    n20Ms: null,
    amplitudeUv: null,
    baselineSdUv: 0,
    why,
  });
  if (!average.ok) return fail(average.why);
  const { epoch } = average;
  const search = spanOf(epoch, SEARCH);
  const base = spanOf(epoch, BASELINE);
  if (search === null || base === null) return fail("window-outside-epoch");
  const baseline = epoch.samples.subarray(base.from, base.to);
  const sd = rmsOf(baseline);
  let at = search.from;
  for (let i = search.from; i < search.to; i++)
    if ((epoch.samples[i] ?? 0) < (epoch.samples[at] ?? 0)) at = i;
  const amplitude = epoch.samples[at] ?? 0;
  if (-amplitude < LEAST_DEVIATIONS * sd)
    return { ...fail("no trough stands out of the noise"), baselineSdUv: sd };
  const n20Ms = Math.round(timeMsOf(epoch, at) * 10) / 10;
  return { ...nothing, n20Ms, amplitudeUv: amplitude, baselineSdUv: sd, why: null };
}
