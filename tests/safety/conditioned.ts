/** Plans whose pulses a second stimulator conditions, and the rigs that have one. */
import type { Conditioner, DeclaredPattern, Dose, Plan } from "../../src/contract/dose.ts";
import type { RigFacts, SecondStimulator, Threshold } from "../../src/contract/session.ts";
import { doses, planOf, REAL, SIMULATED, threshold } from "./fixtures.ts";

export const SECOND: SecondStimulator = {
  model: "Magstim 200",
  side: "right",
  intensityPctMso: 60,
  maxPctMso: 80,
  coil: "C-2",
  waveform: "monophasic",
  minIntervalMs: 3000,
};

export const TWO: RigFacts = { ...SIMULATED, second: SECOND };
export const TWO_REAL: RigFacts = { ...REAL, second: SECOND };

export const OTHER_RMT: Threshold = threshold({
  kind: "RMT-other",
  percentMso: 50,
  hemisphere: "right",
  coilSerial: "C-2",
  stimulator: "Magstim 200",
  waveform: "monophasic",
});

/** 120 % of `OTHER_RMT`, as the dial of `SECOND` has it. */
export function conditioner(over: Partial<Conditioner> = {}): Conditioner {
  return {
    leadMs: 10,
    pctMso: 60,
    request: {
      value: 120,
      base: "%RMT (contralateral)",
      threshold: { kind: "RMT-other", percentMso: 50 },
    },
    ...over,
  };
}

export const UNKNOWN_RMT: Conditioner["request"] = {
  value: 120,
  base: "%RMT (contralateral)",
  threshold: null,
};

export interface ConditionedSpec {
  readonly count?: number;
  readonly everyMs?: number;
  readonly pct?: number;
  readonly pattern?: DeclaredPattern;
  readonly over?: Partial<Conditioner>;
  readonly dose?: Partial<Dose>;
}

/** Every dose is conditioned; each is two pulses, counted here anew. */
export function conditionedPlan(spec: ConditionedSpec = {}): Plan {
  const { count = 4, everyMs = 5000, pct = 50, pattern = "paired", over, dose } = spec;
  const held = doses(
    Array.from({ length: count }, (_, i) => ({
      dueMs: 1000 + i * everyMs,
      pct,
      over: { conditioner: conditioner(over), lateLimitMs: 1, ...dose },
    })),
  );
  return planOf([pattern], held, { pulses: 2 * count });
}
