/** Which doses a MagPro can make, why not, and what comes nearest. Pure. */
import type { Dose, DoseShape, Rounding } from "../../../src/contract/dose.ts";
import type { DeviceProblem } from "../../../src/contract/stimulator.ts";
import type { Mode, Waveform } from "../wire/names.ts";
import { modelsWith } from "./models.ts";
import type { ProFacts } from "./options.ts";
import { twinRatio } from "./orders.ts";
import {
  BURST_INTERVAL_MS,
  BURST_PULSES,
  highestOf,
  isOn,
  nearestOn,
  PULSES_IN_TRAIN,
  pairIntervals,
  RATIO,
  repetitionRates,
  type Scale,
  scaleWords,
} from "./scales.ts";

export const SOURCE = "xiangruili/MagventurePyTMS; xiangruili/MagventureTMS; L2K2/TMSEMG_toolbox";

type Rule = DeviceProblem["rule"];
type Said = readonly [rule: Rule, detail: string];

/** Repetition rates of what one start repeats. */
export function ratesOf(facts: ProFacts, kind: "pulse" | "pair" | "burst"): Scale {
  const mode: Mode = kind === "pair" ? facts.pairMode : facts.mode;
  const waveform: Waveform = kind === "burst" ? "Biphasic Burst" : facts.waveform;
  return repetitionRates(facts.name, mode, waveform, facts.extendedRates);
}

export function makesPairs({ mode, modes, pairMode }: ProFacts): boolean {
  return mode === "Standard" && modes.includes(pairMode);
}

export function makesBursts({ waveform, waveforms }: ProFacts): boolean {
  return waveform === "Biphasic" && waveforms.includes("Biphasic Burst");
}

function offScale(scale: Scale, value: number, what: string, unit: string): readonly Said[] {
  if (isOn(scale, value)) return [];
  return [["DEV-01", `${what} ${value} ${unit}: this device has ${scaleWords(scale)}`]];
}

function judgeIntensities({ shape, intensityPctMso }: Dose): readonly Said[] {
  const wanted = shape.kind === "pair" ? 2 : 1;
  if (intensityPctMso.length !== wanted)
    return [["DEV-01", `${intensityPctMso.length} intensities for a ${shape.kind}`]];
  return intensityPctMso.flatMap((pct): readonly Said[] =>
    Number.isInteger(pct) && pct >= 0 && pct <= 100
      ? []
      : [["INT-03", `${pct} %: this device is driven from 0 to 100 % in whole percents`]],
  );
}

function whyNoPairs({ mode, modes, pairMode }: ProFacts): string {
  const others = modelsWith((one) => one.modes.includes("Dual"));
  if (!modes.includes(pairMode))
    return `this model has the modes ${modes.join(", ")}, so one start gives no pair; ${others} make pairs`;
  return `this rig is in mode ${mode}, and pairs have modes of their own with another output; take \`mode: standard\``;
}

function judgePair(isiMs: number, dose: Dose, facts: ProFacts): readonly Said[] {
  if (!makesPairs(facts)) return [["DEV-01", whyNoPairs(facts)]];
  const interval = offScale(pairIntervals(facts.waveform), isiMs, "a pair", "ms apart");
  if (facts.pairMode === "Dual" || interval.length > 0) return interval;
  const [a = 0, b = 0] = dose.intensityPctMso;
  const { baRatio, givesB } = twinRatio(a, b);
  if (a > 0 && Math.abs(givesB - b) < 1) return [];
  return [
    [
      "DEV-01",
      `in Twin the second pulse is ${scaleWords(RATIO)} times the first: ${baRatio} x ${a} % gives ${givesB} %, not ${b} %; take \`pairMode: dual\``,
    ],
  ];
}

function whyNoBursts({ waveform, waveforms }: ProFacts): string {
  const others = modelsWith((one) => one.waveforms.includes("Biphasic Burst"));
  if (!waveforms.includes("Biphasic Burst"))
    return `this model has ${waveforms.join(", ")} pulses and no bursts; ${others} make bursts`;
  return `bursts are biphasic, this rig is ${waveform.toLowerCase()}; take \`waveform: biphasic\``;
}

function judgeBurst(pulses: number, isiMs: number, facts: ProFacts): readonly Said[] {
  if (!makesBursts(facts)) return [["DEV-01", whyNoBursts(facts)]];
  return [
    ...offScale(BURST_PULSES, pulses, "a burst of", "pulses"),
    ...offScale(BURST_INTERVAL_MS, isiMs, "burst pulses", "ms apart"),
  ];
}

function judgeRate(rates: Scale, hz: number, what: string): readonly Said[] {
  const most = highestOf(rates);
  if (hz > most) return [["DEV-01", `${hz} ${what}: this device repeats up to ${most} Hz`]];
  return offScale(rates, hz, what, "Hz");
}

function judgeBurstTrain(
  shape: Extract<DoseShape, { readonly kind: "burst-train" }>,
  facts: ProFacts,
): readonly Said[] {
  const { bursts, burstHz, pulsesPerBurst, isiMs } = shape;
  const burst = judgeBurst(pulsesPerBurst, isiMs, facts);
  if (burst.length > 0) return burst;
  const rate = judgeRate(ratesOf(facts, "burst"), burstHz, "bursts a second");
  if (rate.length > 0) return rate;
  const lastsMs = (pulsesPerBurst - 1) * isiMs;
  if (lastsMs + isiMs > 1000 / burstHz)
    return [["DEV-01", `bursts of ${lastsMs} ms do not fit ${burstHz} times into a second`]];
  return offScale(PULSES_IN_TRAIN, bursts, "a train of", "bursts");
}

function judgeShape(dose: Dose, facts: ProFacts): readonly Said[] {
  const { shape } = dose;
  switch (shape.kind) {
    case "pulse":
      return [];
    case "pair":
      return judgePair(shape.isiMs, dose, facts);
    case "burst":
      return judgeBurst(shape.pulses, shape.isiMs, facts);
    case "train":
      return [
        ...judgeRate(ratesOf(facts, "pulse"), shape.frequencyHz, "pulses a second"),
        ...offScale(PULSES_IN_TRAIN, shape.pulses, "a train of", "pulses"),
      ];
    case "burst-train":
      return judgeBurstTrain(shape, facts);
    case "external": {
      const most = highestOf(ratesOf(facts, "pulse"));
      if (shape.minIntervalMs >= 1000 / most - 1e-6) return [];
      return [
        [
          "DEV-01",
          `pulses ${shape.minIntervalMs} ms apart: this device gives up to ${most} a second`,
        ],
      ];
    }
  }
}

export function judgeDose(dose: Dose, facts: ProFacts): readonly DeviceProblem[] {
  return [...judgeIntensities(dose), ...judgeShape(dose, facts)].map(([rule, detail]) => ({
    rule,
    detail,
    source: SOURCE,
  }));
}

type OnSteps = { readonly shape: DoseShape; readonly roundings: readonly Rounding[] };

/** The shape on the steps of this device; counts are never moved. */
export function onSteps(shape: DoseShape, facts: ProFacts): OnSteps {
  const roundings: Rounding[] = [];
  const move = (scale: Scale, what: string, asked: number, unit: string): number => {
    const planned = nearestOn(scale, asked);
    if (Math.abs(planned - asked) > 1e-9) roundings.push({ what, asked, planned, unit });
    return planned;
  };
  const moved = (): DoseShape => {
    switch (shape.kind) {
      case "pulse":
      case "external":
        return shape;
      case "pair": {
        const scale = pairIntervals(facts.waveform);
        return { ...shape, isiMs: move(scale, "interval of the pair", shape.isiMs, "ms") };
      }
      case "burst":
        return {
          ...shape,
          isiMs: move(BURST_INTERVAL_MS, "interval in the burst", shape.isiMs, "ms"),
        };
      case "train": {
        const scale = ratesOf(facts, "pulse");
        return { ...shape, frequencyHz: move(scale, "train frequency", shape.frequencyHz, "Hz") };
      }
      case "burst-train":
        return {
          ...shape,
          burstHz: move(ratesOf(facts, "burst"), "burst frequency", shape.burstHz, "Hz"),
          isiMs: move(BURST_INTERVAL_MS, "interval in the burst", shape.isiMs, "ms"),
        };
    }
  };
  return { shape: moved(), roundings };
}
