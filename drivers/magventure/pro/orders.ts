/** What a MagPro is set to for a dose: the orders themselves, and the grants that they need. Pure. */
import type { Dose } from "../../../src/contract/dose.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import type { StimulatorSettings } from "../../../src/contract/stimulator.ts";
import type { Delays, SetSettings, SetTrain } from "../wire/commands.ts";
import { DIRECTIONS, MODES, PAGE, TIMINGS, type Timing, WAVEFORMS } from "../wire/names.ts";
import { modelNumber } from "./models.ts";
import type { ProFacts } from "./options.ts";
import { nearestOn, RATIO } from "./scales.ts";

/** What stands in the fields that have no meaning in the mode at hand. */
const IDLE_INTERVAL_MS = 10;
const IDLE_BURST_PULSES = 2;
/** With one train there is no time between trains; the field wants a legal value all the same. */
const ITI_S = 1;

/** Everything that is written before a dose. */
export interface Orders {
  readonly settings: SetSettings;
  /** Null: no train is wanted, see `onePulseTrain`. */
  readonly train: SetTrain | null;
  readonly delays: Delays;
  readonly page: number;
  readonly amplitudeA: number;
  /** 0 where one start is no pair. */
  readonly amplitudeB: number;
}

/**
 * What the device is left with where single starts are planned: its trigger input gives single pulses
 * where they come that way, and otherwise nothing, as far as is known; never a train.
 */
export function onePulseTrain(byTrigger: boolean): SetTrain {
  return {
    what: "set train",
    timingControl: byTrigger ? "External Trig" : "Sequence",
    repRateHz: 1,
    pulsesInTrain: 1,
    numberOfTrains: 1,
    itiS: ITI_S,
    priorWarningSound: false,
  };
}

/** The ratio that comes nearest to a pair of intensities, and the second pulse that it gives. */
export function twinRatio(
  a: number,
  b: number,
): { readonly baRatio: number; readonly givesB: number } {
  const baRatio = a > 0 ? nearestOn(RATIO, b / a) : 1;
  return { baRatio, givesB: Math.round(a * baRatio) };
}

function settingsOrder(facts: ProFacts, settings: StimulatorSettings): SetSettings {
  const { direction, mode, name, pairMode, waveform } = facts;
  const [a = 0, b = 0] = settings.intensityPctMso;
  const common = { what: "set settings", model: name, currentDirection: direction } as const;
  const idle = { burstPulses: IDLE_BURST_PULSES, ipiMs: IDLE_INTERVAL_MS, baRatio: 1 };
  const burstPulses = settings.burstPulses ?? null;
  if (settings.isiMs === null) return { ...common, mode, waveform, ...idle };
  const ipiMs = settings.isiMs;
  if (burstPulses !== null) {
    return { ...common, mode, waveform: "Biphasic Burst", burstPulses, ipiMs, baRatio: 1 };
  }
  const baRatio = pairMode === "Twin" ? twinRatio(a, b).baRatio : 1;
  return { ...common, mode: pairMode, waveform, ...idle, ipiMs, baRatio };
}

export function ordersFor(facts: ProFacts, settings: StimulatorSettings): Orders {
  const [amplitudeA = 0, amplitudeB = 0] = settings.intensityPctMso;
  const { train } = settings;
  const page =
    train !== null
      ? PAGE.timing
      : settings.external === "stored-protocol"
        ? PAGE.protocol
        : PAGE.main;
  return {
    settings: settingsOrder(facts, settings),
    train:
      train === null
        ? null
        : {
            what: "set train",
            timingControl: "Sequence",
            repRateHz: train.frequencyHz,
            pulsesInTrain: train.pulses,
            numberOfTrains: 1,
            itiS: ITI_S,
            priorWarningSound: facts.priorWarningSound,
          },
    delays: facts.delays,
    page,
    amplitudeA,
    amplitudeB,
  };
}

export function settingsFor({ shape, intensityPctMso }: Dose): StimulatorSettings {
  const single = { intensityPctMso, train: null, isiMs: null };
  const trainOf = (pulses: number, frequencyHz: number) => ({
    frequencyHz,
    pulses,
    // The quotient of two short decimals, without dust.
    durationS: durationOf(pulses, frequencyHz),
  });
  switch (shape.kind) {
    case "pulse":
      return single;
    case "pair":
      return { ...single, isiMs: shape.isiMs };
    case "burst":
      return { ...single, isiMs: shape.isiMs, burstPulses: shape.pulses };
    case "train":
      return { ...single, train: trainOf(shape.pulses, shape.frequencyHz) };
    case "burst-train":
      return {
        intensityPctMso,
        train: trainOf(shape.bursts, shape.burstHz),
        isiMs: shape.isiMs,
        burstPulses: shape.pulsesPerBurst,
      };
    case "external":
      return { ...single, external: shape.by };
  }
}

/** How long a train counts, s: as many periods as it has pulses. */
export function durationOf(pulses: number, frequencyHz: number): number {
  return Math.round((pulses / frequencyHz) * 1e6) / 1e6;
}

const setting = (name: string, value: number): Hazard => ({
  kind: "setting",
  setting: name,
  value: Math.round(value),
});

function settingsGrants(order: SetSettings): readonly Hazard[] {
  return [
    setting("model", modelNumber(order.model)),
    setting("mode", MODES.indexOf(order.mode)),
    setting("currentDirection", DIRECTIONS.indexOf(order.currentDirection)),
    setting("waveform", WAVEFORMS.indexOf(order.waveform)),
    setting("burstPulses", order.burstPulses),
    setting("intervalTenthsMs", order.ipiMs * 10),
    setting("ratioHundredths", order.baRatio * 100),
  ];
}

function trainNumbers(order: SetTrain): readonly Hazard[] {
  return [
    setting("frequencyTenthsHz", order.repRateHz * 10),
    setting("pulses", order.pulsesInTrain),
    setting("trains", order.numberOfTrains),
    setting("betweenTrainsTenthsS", order.itiS * 10),
  ];
}

/** By command 11, and once more by command 6 where the device does not take that. */
function trainGrants(order: SetTrain, controls: readonly Timing[]): readonly Hazard[] {
  return [
    ...controls.map((control) => setting("timingControl", TIMINGS.indexOf(control))),
    setting("warningSound", order.priorWarningSound ? 1 : 0),
    ...trainNumbers(order),
    ...trainNumbers(order),
  ];
}

/** By command 10, and once more by command 8. */
function delayGrants(delays: Delays): readonly Hazard[] {
  const once = [
    setting("inputDelayTenthsMs", delays.inputTrigMs * 10),
    setting("outputDelayTenthsMs", delays.outputTrigMs * 10),
    setting("chargeDelayMs", delays.chargeMs),
  ];
  return [...once, ...once];
}

/** In the order of `prepare`, which leaves out what the device is set to already. */
export function grantsFor(facts: ProFacts, dose: Dose): readonly Hazard[] {
  const orders = ordersFor(facts, settingsFor(dose));
  const intensities = [
    ["A", orders.amplitudeA],
    ["B", orders.amplitudeB],
  ] as const;
  return [
    ...settingsGrants(orders.settings),
    ...delayGrants(orders.delays),
    ...(orders.train === null
      ? // Whether starts leave through a trigger is not a matter of the dose.
        trainGrants(onePulseTrain(false), ["Sequence", "External Trig"])
      : trainGrants(orders.train, ["Sequence"])),
    setting("page", orders.page),
    ...intensities.flatMap(([channel, pctMso]): readonly Hazard[] =>
      pctMso === 0 ? [] : [{ kind: "intensity", channel, pctMso }],
    ),
  ];
}
