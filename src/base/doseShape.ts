/** How many pulses one start gives and how far apart: the arithmetic of a dose, in one place. */
import type { DoseShape } from "../contract/dose.ts";

export function pulseCount(shape: DoseShape): number {
  switch (shape.kind) {
    case "pulse":
      return 1;
    case "pair":
      return 2;
    case "burst":
    case "train":
      return shape.pulses;
  }
}

/** Distance between neighbouring pulses of one start, ms; 0 for a single pulse. */
export function spacingMs(shape: DoseShape): number {
  switch (shape.kind) {
    case "pulse":
      return 0;
    case "pair":
    case "burst":
      return shape.isiMs;
    case "train":
      return 1000 / shape.frequencyHz;
  }
}

/** Instant of pulse `i`, from 0, after the first, ms. A train is computed without summing up intervals. */
export function pulseOffsetMs(shape: DoseShape, i: number): number {
  return shape.kind === "train" ? (i * 1000) / shape.frequencyHz : i * spacingMs(shape);
}

/** From the first pulse to the last, ms. */
export function spanMs(shape: DoseShape): number {
  return pulseOffsetMs(shape, pulseCount(shape) - 1);
}
