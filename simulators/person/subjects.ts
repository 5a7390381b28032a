/**
 * The people who can be simulated. No row is a measured person: the values follow the directions of published effects (thresholds
 * and SAI in Alzheimer's disease: JAD-210311, 2021; plasticity: Fried 2017, 10.3389/fnagi.2017.00263), and each is a choice.
 */
import { orList } from "../../src/base/result.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import type { OffsetMm } from "./site.ts";

export interface Subject {
  readonly name: string;
  /** Dementia of the Alzheimer type: what the tables of figures call so. */
  readonly dementia: boolean;
  /** Of its learning-like plasticity: as in amyloid-positive persons. */
  readonly amyloid: boolean;
  /** Resting threshold of FDI with a monophasic pulse at the hotspot; null: no response at any output. */
  readonly rmtPctMso: number | null;
  readonly excitabilityPctMso: number;
  readonly outputDecades: number;
  readonly plateauMv: number;
  /** Factor of the response by a nerve stimulus at N20+2, and by a pulse at 80 % 2.5 ms before. */
  readonly sai: number;
  readonly sici: number;
  /** Mean height of the after-effect of iTBS, log of the factor. */
  readonly itbs: number;
  readonly alphaHz: number;
  readonly n20Ms: number;
  /** Onset of the response in FDI at rest. */
  readonly latencyMs: number;
  /** Silent period, as a part of the common one. */
  readonly silence: number;
  /** Of the hotspot from the centre of a search grid. */
  readonly hotspot: OffsetMm;
  /** How the phase of mu moves excitability, in its standard deviations; contested, so 0. */
  readonly muPhase: number;
  /** Activity spreads to other muscles late in a fast train. */
  readonly spreads: boolean;
}

const HEALTHY: Omit<Subject, "name"> = {
  dementia: false,
  amyloid: false,
  rmtPctMso: 62,
  excitabilityPctMso: 4.9,
  outputDecades: 0.11,
  plateauMv: 3,
  sai: 0.6,
  sici: 0.4,
  itbs: 0.2,
  alphaHz: 9.8,
  n20Ms: 19.5,
  latencyMs: 21.5,
  silence: 1,
  hotspot: { anteriorMm: 1, lateralMm: -2 },
  muPhase: 0,
  spreads: false,
};

const ALL: readonly Subject[] = [
  {
    ...HEALTHY,
    name: "healthy-young",
    excitabilityPctMso: 4.5,
    outputDecades: 0.1,
    plateauMv: 4,
    sai: 0.55,
    sici: 0.35,
    itbs: 0.25,
    alphaHz: 10.2,
    n20Ms: 18.9,
    latencyMs: 20.8,
    silence: 1.1,
    hotspot: { anteriorMm: 9, lateralMm: 1 },
  },
  {
    ...HEALTHY,
    name: "healthy-older",
    rmtPctMso: 66,
    sai: 0.65,
    sici: 0.45,
    alphaHz: 9.6,
    n20Ms: 20.1,
    latencyMs: 22.1,
    hotspot: { anteriorMm: 1, lateralMm: 9 },
  },
  {
    ...HEALTHY,
    name: "mci-amyloid",
    amyloid: true,
    rmtPctMso: 61,
    excitabilityPctMso: 5.2,
    outputDecades: 0.12,
    sai: 0.75,
    sici: 0.5,
    itbs: 0,
    alphaHz: 9,
    n20Ms: 20.4,
    latencyMs: 22,
    silence: 0.95,
    hotspot: { anteriorMm: 8, lateralMm: 9 },
  },
  {
    ...HEALTHY,
    name: "ad-mild",
    dementia: true,
    amyloid: true,
    rmtPctMso: 57,
    excitabilityPctMso: 5.5,
    outputDecades: 0.12,
    plateauMv: 3.2,
    sai: 0.92,
    sici: 0.6,
    itbs: 0,
    alphaHz: 8.3,
    n20Ms: 20.6,
    latencyMs: 21.9,
    silence: 0.85,
    hotspot: { anteriorMm: -1, lateralMm: -9 },
  },
  {
    ...HEALTHY,
    name: "edge-high-rmt",
    rmtPctMso: 96,
    excitabilityPctMso: 5,
    plateauMv: 2,
    itbs: 0,
  },
  { ...HEALTHY, name: "edge-no-mep", rmtPctMso: null, plateauMv: 0, itbs: 0 },
  { ...HEALTHY, name: "edge-spread", rmtPctMso: 60, spreads: true },
];

export const SUBJECTS: readonly string[] = ALL.map(({ name }) => name);

/** Throws `CLI_BAD_CALL`, naming those that exist. */
export function subjectOf(name: string): Subject {
  const subject = ALL.find((one) => one.name === name);
  if (subject !== undefined) return subject;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `${name} is no simulated person: expected ${orList(SUBJECTS)}`,
  );
}
