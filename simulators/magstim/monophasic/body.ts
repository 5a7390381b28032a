import { type FamilyBody, powerOnBody } from "../core/body.ts";
import { outputAtPowerOn } from "../core/capacitor.ts";
import type { FamilyFigures } from "../core/figures.ts";
import type { MonophasicVariant } from "./variant.ts";

/** The whole physical state of a 200² or a BiStim². */
export interface MonophasicBody extends FamilyBody {
  /** Three digits as on the wire; 0: both stimulators at once. */
  readonly interval: number;
  readonly highResolution: boolean;
}

/** What either resolution starts with: 10 ms and 1 ms both read `010`. */
export const FIRST_INTERVAL = 10;

/** Low resolution, 30 %, 30 %, 10 ms: recorded from real units (`cboulay/magstim_python`). */
export function powerOnMonophasic(
  variant: MonophasicVariant,
  figures: FamilyFigures,
  nowMs: number,
): MonophasicBody {
  return {
    ...powerOnBody(figures, nowMs),
    b: variant.mode === "single" ? null : outputAtPowerOn(nowMs),
    interval: FIRST_INTERVAL,
    highResolution: false,
  };
}

export function intervalMs({ interval, highResolution }: MonophasicBody): number {
  return highResolution ? interval / 10 : interval;
}

const SLAVE_LETTERS: Readonly<Record<string, string>> = { "1": "Q", "2": "R", "3": "S", "4": "T" };

/** The byte that `X` shows (`cboulay/magstim_python`). */
export function systemModeLetter(variant: MonophasicVariant, body: MonophasicBody): string {
  const asMaster = masterLetter(variant, body);
  return variant.role === "master" ? asMaster : (SLAVE_LETTERS[asMaster] ?? asMaster);
}

function masterLetter({ mode }: MonophasicVariant, body: MonophasicBody): string {
  if (mode === "single") return "0";
  if (mode === "external") return "3";
  if (body.interval === 0) return "1";
  return body.highResolution ? "4" : "2";
}
