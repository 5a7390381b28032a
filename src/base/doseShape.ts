/** How many pulses one start gives and how far apart: the arithmetic of a dose, in one place. */
import type { Dose, DoseShape } from "../contract/dose.ts";

/** For an external window the most that it may hold. */
export function pulseCount(shape: DoseShape): number {
  switch (shape.kind) {
    case "pulse":
      return 1;
    case "pair":
      return 2;
    case "burst":
    case "train":
      return shape.pulses;
    case "burst-train":
      return shape.bursts * shape.pulsesPerBurst;
    case "external":
      return shape.maxPulses;
  }
}

/** Shortest distance between neighbouring pulses of one start, ms; 0 for a single pulse. */
export function spacingMs(shape: DoseShape): number {
  switch (shape.kind) {
    case "pulse":
      return 0;
    case "pair":
    case "burst":
    case "burst-train":
      return shape.isiMs;
    case "train":
      return 1000 / shape.frequencyHz;
    case "external":
      return shape.minIntervalMs;
  }
}

/** Instant of pulse `i`, from 0, after the first, ms. A train is computed without summing up intervals. */
export function pulseOffsetMs(shape: DoseShape, i: number): number {
  if (shape.kind === "train") return (i * 1000) / shape.frequencyHz;
  if (shape.kind !== "burst-train") return i * spacingMs(shape);
  const burst = Math.floor(i / shape.pulsesPerBurst);
  return (burst * 1000) / shape.burstHz + (i % shape.pulsesPerBurst) * shape.isiMs;
}

/** From the first pulse to the last, ms; an external window lasts its whole time. */
export function spanMs(shape: DoseShape): number {
  return shape.kind === "external" ? shape.windowMs : pulseOffsetMs(shape, pulseCount(shape) - 1);
}

/** Pulses that a dose brings to the head: those of its start, and the one that conditions it. */
export function dosePulses({ shape, conditioner }: Pick<Dose, "shape" | "conditioner">): number {
  return pulseCount(shape) + (conditioner === undefined ? 0 : 1);
}

/** Instant of the first pulse of a dose, on the axis of its `dueMs`. */
export function firstPulseMs({ dueMs, conditioner }: Pick<Dose, "dueMs" | "conditioner">): number {
  return dueMs - (conditioner?.leadMs ?? 0);
}
