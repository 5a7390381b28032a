/**
 * What a person can change at the device, and how it is told. Each thing is compared with what it was
 * when the device had been set; a change is told once. Pure.
 */
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import { coilName, pageName } from "../wire/names.ts";
import { shapeName } from "./capabilities.ts";
import { isPairMode, type Known } from "./known.ts";

type What = Extract<StimulatorEvent, { readonly kind: "equipment" }>["what"];

interface Facet {
  readonly name: string;
  /** A change voids thresholds. */
  readonly equipment: What | null;
  /** Somebody at the panel does this; a coil changes by its plug. */
  readonly byPanel: boolean;
  /** Watched while the driver itself sets the device, and while a stored protocol runs. */
  readonly whileSetting: boolean;
  readonly inProtocol: boolean;
  /** Null: without meaning at present, or not known. */
  readonly read: (known: Known) => string | null;
}

const SETTING = { equipment: null, byPanel: true, whileSetting: false, inProtocol: false } as const;

function settingsOf(known: Known): Known["settings"] {
  const { flags, settings } = known;
  // An answer from before a change of mode says nothing of the mode that the flags show now.
  const fits = settings?.mode === flags?.mode && settings?.waveform === flags?.waveform;
  return fits ? settings : null;
}

const FACETS: readonly Facet[] = [
  {
    ...SETTING,
    name: "coil",
    equipment: "coil",
    byPanel: false,
    whileSetting: true,
    inProtocol: true,
    read: ({ coil }) => (coil === null ? null : coilName(coil)),
  },
  {
    ...SETTING,
    name: "waveform",
    equipment: "waveform",
    inProtocol: true,
    read: ({ flags }) => (flags === null ? null : shapeName(flags.waveform, flags.mode)),
  },
  {
    ...SETTING,
    name: "current direction",
    equipment: "current-direction",
    inProtocol: true,
    read: ({ settings }) => settings?.currentDirection.toLowerCase() ?? null,
  },
  { ...SETTING, name: "mode", read: ({ flags }) => flags?.mode ?? null },
  {
    ...SETTING,
    name: "amplitude A",
    read: ({ amplitudeA }) => (amplitudeA === null ? null : `${amplitudeA} %`),
  },
  {
    ...SETTING,
    name: "amplitude B",
    read: ({ amplitudeB, flags }) =>
      amplitudeB === null || flags === null || !isPairMode(flags) ? null : `${amplitudeB} %`,
  },
  {
    ...SETTING,
    name: "pulse interval",
    read: (known) => {
      const ipiMs = settingsOf(known)?.ipiMs;
      return ipiMs === undefined ? null : `${ipiMs} ms`;
    },
  },
  {
    ...SETTING,
    name: "burst pulses",
    read: (known) => {
      const settings = settingsOf(known);
      return settings?.waveform === "Biphasic Burst" ? String(settings.burstPulses) : null;
    },
  },
  {
    ...SETTING,
    name: "B/A ratio",
    read: (known) => settingsOf(known)?.baRatio?.toFixed(2) ?? null,
  },
  {
    ...SETTING,
    name: "page",
    inProtocol: true,
    read: ({ page }) => (page === null ? null : pageName(page)),
  },
  {
    ...SETTING,
    name: "train",
    inProtocol: true,
    read: ({ train }) => {
      if (train === null) return null;
      const { timingControl, repRateHz, pulsesInTrain, numberOfTrains, itiS } = train;
      const sound = train.priorWarningSound ? ", warning sound" : "";
      return `${numberOfTrains} x ${pulsesInTrain} at ${repRateHz} Hz every ${itiS} s, ${timingControl}${sound}`;
    },
  },
  {
    ...SETTING,
    name: "delays",
    inProtocol: true,
    read: ({ delays }) =>
      delays === null
        ? null
        : `in ${delays.inputTrigMs}, out ${delays.outputTrigMs}, charge ${delays.chargeMs} ms`,
  },
];

/** By name of the facet; a facet that is missing was not known. */
export type Baseline = Readonly<Record<string, string>>;

export type Watching = "all" | "setting" | "protocol";

export interface Compared {
  readonly baseline: Baseline;
  readonly events: readonly StimulatorEvent[];
}

function eventsOf(facet: Facet, was: string, now: string, atMs: number): StimulatorEvent[] {
  const events: StimulatorEvent[] = [];
  if (facet.equipment !== null)
    events.push({ kind: "equipment", atMs, what: facet.equipment, was, now });
  if (facet.byPanel)
    events.push({ kind: "panel", atMs, detail: `${facet.name}: ${was} before, ${now} now` });
  return events;
}

function isWatched(facet: Facet, watching: Watching): boolean {
  if (watching === "setting") return facet.whileSetting;
  return watching === "all" || facet.inProtocol;
}

/** What is not watched at present becomes the new baseline without a word. */
export function compare(
  before: Baseline,
  known: Known,
  watching: Watching,
  atMs: number,
): Compared {
  const baseline: Record<string, string> = { ...before };
  const events: StimulatorEvent[] = [];
  for (const facet of FACETS) {
    const now = facet.read(known);
    const was = before[facet.name];
    if (now === null || now === was) continue;
    baseline[facet.name] = now;
    if (was !== undefined && isWatched(facet, watching))
      events.push(...eventsOf(facet, was, now, atMs));
  }
  return { baseline, events };
}
