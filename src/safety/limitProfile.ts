/** Every figure that the gate judges by, as data. Units are in the names. */

/** How sure a figure is; only `verified` was seen in a source. */
export type Mark = "verified" | "consistency-checked" | "from-memory" | "proposal";

export interface Provenance {
  /** Key of `sources`. */
  readonly source: string;
  readonly mark: Mark;
  readonly note?: string | undefined;
}

/** Longest single trains by rate and intensity. */
export interface DurationTable extends Provenance {
  readonly intensityPctRmt: readonly number[];
  readonly rows: readonly {
    readonly frequencyHz: number;
    readonly maxS: readonly number[];
    /** True: the figure was the longest tested. It is a limit all the same. */
    readonly censored: readonly boolean[];
  }[];
}

export interface TbsShape {
  readonly burstsPerTrain: number;
  /** Start to start; null: one train only. */
  readonly trainPeriodMs: number | null;
  readonly trains: number;
}

export interface PatternLimits {
  readonly note: string;
  readonly tbs: Provenance & {
    readonly pulsesPerBurst: number;
    readonly intraBurstHz: readonly number[];
    readonly burstPeriodMs: number;
    readonly iTBS: TbsShape;
    readonly imTBS: TbsShape;
    readonly cTBS: TbsShape;
  };
  readonly tbsCaps: Provenance & {
    readonly allowedPctAmt: number;
    readonly allowedPulsesPerSession: number;
    readonly maxPulsesPerSession: number;
    /** Null: nothing above the allowed intensity was published. */
    readonly maxPctRmt: {
      readonly iTBS: number | null;
      readonly cTBS: number | null;
      readonly imTBS: number | null;
    };
  };
  readonly qps: Provenance & {
    readonly pulsesPerBurst: number;
    readonly isiMs: readonly [number, number];
    readonly burstPeriodMs: number;
    readonly bursts: number;
    readonly maxPctAmt: number;
  };
  readonly muTriplets: Provenance & {
    readonly pulsesPerBurst: number;
    readonly isiMs: number;
    readonly burstPeriodMs: number;
    readonly bursts: number;
    readonly maxPctRmt: number;
  };
  readonly paired: Provenance & {
    readonly isiMs: readonly [number, number];
    readonly maxPairsHz: number;
  };
  readonly tolerance: Provenance & {
    readonly intraBurstMs: number;
    readonly burstPeriodMs: number;
  };
  readonly precedents: readonly {
    readonly what: string;
    readonly source: string;
    readonly mark: Mark;
  }[];
}

interface AllowedAndMax {
  readonly allowed: number;
  readonly max: number;
}

export interface DoseLimits extends Provenance {
  readonly session: AllowedAndMax;
  readonly day: AllowedAndMax;
  readonly week: AllowedAndMax;
  readonly rows: readonly {
    readonly id: string;
    readonly pulses: number;
    readonly per: string;
    readonly what: string;
    readonly source: string;
    readonly mark: Mark;
  }[];
}

export interface LimitProfile {
  readonly profile: string;
  readonly version: number;
  readonly disclaimer: string;
  readonly marks: Readonly<Record<Mark, string>>;
  readonly sources: Readonly<
    Record<
      string,
      {
        readonly short: string;
        readonly citation: string;
        readonly doi: string | null;
        readonly doiMark: Mark | null;
      }
    >
  >;
  readonly trainDuration: {
    readonly hard: DurationTable;
    readonly soft: DurationTable;
    /** Never a permission. */
    readonly informative: DurationTable;
    /** Above this rate no row was published. */
    readonly beyondTableHz: number;
    readonly maxPctRmt: number;
  };
  readonly grouping: Provenance & {
    readonly trainGapMs: number;
    readonly conventionalGapMs: number;
  };
  readonly interTrain: Provenance & {
    readonly rows: readonly {
      readonly itiS: number;
      readonly byPctRmt: Readonly<Record<string, "safe" | "unsafe" | "insufficient-data">>;
    }[];
    readonly hardMinS: number;
    readonly hardFromHz: number;
    readonly softMinS: number;
    readonly softAbovePctRmt: number;
  };
  readonly patterns: PatternLimits;
  readonly single: Provenance & {
    readonly minIntervalMs: number;
    readonly softMaxPctRmt: number;
    readonly maxPctMso: number;
  };
  readonly dose: DoseLimits;
  readonly sessions: Provenance & {
    readonly standardMin: number;
    readonly publishedMin: number;
    readonly hardMin: number;
    readonly maxPerDay: number;
  };
  readonly thresholds: Provenance & {
    readonly maxAgeH: number;
    /** Stands in for a ratio of AMT to RMT that was not measured. */
    readonly amtPerRmt: number;
    readonly maxStepPctMso: number;
  };
  readonly screening: Provenance & {
    readonly questions: readonly string[];
    readonly absolute: readonly string[];
  };
  readonly thermal: Provenance & {
    readonly warnC: number;
    readonly softC: number;
    readonly hardC: number;
    readonly staleReadingS: number;
    readonly rows: readonly {
      readonly id: string;
      readonly limitC: number;
      readonly what: string;
      readonly source: string;
      readonly mark: Mark;
    }[];
  };
  readonly acoustic: Provenance & {
    readonly rows: readonly {
      readonly what: string;
      readonly unit: string;
      readonly range: readonly [number, number];
    }[];
  };
  readonly hardware: Provenance & {
    readonly rapid2: {
      readonly energyPerMinuteJ: number;
      readonly continuousPowerW: number;
      readonly joulesPerPctMsoSquared: number;
      readonly maxHzByPctMso: {
        readonly singleSupply240V: Readonly<Record<string, number>>;
        readonly dualSupply240V: Readonly<Record<string, number>>;
      };
      readonly minPulseIntervalMs: { readonly singleSupply: number; readonly dualSupply: number };
      readonly frequencySource: string;
    };
  };
  readonly runtime: Provenance & {
    readonly maxIntensityDifferencePctMso: number;
    readonly statusMaxAgeMs: number;
    readonly maxLateMs: number;
    readonly heartbeatMs: number;
  };
}
