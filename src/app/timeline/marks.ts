import { pulseCount, pulseOffsetMs } from "../../base/doseShape.ts";
import type { Dose, DoseShape, Plan } from "../../contract/dose.ts";

/** The doses of one train (or one trial) with the instants of their pulses. */
export interface TrainMark {
  readonly block: number;
  readonly doses: readonly Dose[];
  readonly pulseMs: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly pctMso: number;
}

/** Instants of a dose's pulses from its first, ms. */
function offsetsMs(shape: DoseShape): readonly number[] {
  return Array.from({ length: pulseCount(shape) }, (_, i) => pulseOffsetMs(shape, i));
}

/** The trains of a plan in order of time. */
export function trainMarks(plan: Plan): readonly TrainMark[] {
  const groups = new Map<string, Dose[]>();
  for (const dose of plan.doses) {
    const key = `${dose.place.block}/${dose.place.train}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [dose]);
    else group.push(dose);
  }
  return [...groups.values()].map((doses) => {
    const pulseMs = doses.flatMap((dose) =>
      offsetsMs(dose.shape).map((offset) => dose.dueMs + offset),
    );
    const startMs = pulseMs[0] ?? 0;
    const pctMso = doses.reduce((most, dose) => Math.max(most, ...dose.intensityPctMso), 0);
    return {
      block: doses[0]?.place.block ?? 0,
      doses,
      pulseMs,
      startMs,
      endMs: pulseMs.at(-1) ?? startMs,
      pctMso,
    };
  });
}

/** The trains of the block with the most pulses: the one worth a closer look. */
export function mainBlock(marks: readonly TrainMark[]): readonly TrainMark[] {
  const pulses = new Map<number, number>();
  for (const mark of marks)
    pulses.set(mark.block, (pulses.get(mark.block) ?? 0) + mark.pulseMs.length);
  const [best] = [...pulses.entries()].sort((a, b) => b[1] - a[1])[0] ?? [0];
  return marks.filter((mark) => mark.block === best);
}

/** What a train consists of, in words. */
export function trainWords({ doses, pulseMs }: TrainMark): string {
  const [first, second] = doses;
  if (first === undefined) return "";
  const { shape } = first;
  const everyMs = second === undefined ? null : round(second.dueMs - first.dueMs);
  switch (shape.kind) {
    case "train":
      return `${shape.pulses} pulses at ${round(shape.frequencyHz)} Hz, timed by the device`;
    case "burst":
      return `${shape.pulses} pulses ${round(shape.isiMs)} ms apart in a burst${everyMs === null ? "" : `, ${doses.length} bursts ${everyMs} ms apart`}`;
    case "burst-train":
      return `${shape.bursts} bursts of ${shape.pulsesPerBurst} pulses, ${round(shape.burstHz)} bursts a second, timed by the device`;
    case "external":
      return `at most ${shape.maxPulses} pulses within ${durationWords(shape.windowMs)}, started by somebody else`;
    case "pair":
      return `pair of pulses ${round(shape.isiMs)} ms apart`;
    case "pulse":
      return everyMs === null
        ? "single pulse"
        : `${pulseMs.length} pulses ${everyMs} ms apart, timed by the host`;
  }
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** 90 s, 19 min 32 s, 1 h 2 min. */
export function durationWords(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 120) return `${round(ms / 1000)} s`;
  if (s < 7200) return `${Math.floor(s / 60)} min${s % 60 === 0 ? "" : ` ${s % 60} s`}`;
  return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
}
