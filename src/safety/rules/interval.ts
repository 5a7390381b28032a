import { spanMs } from "../../base/doseShape.ts";
import type { Dose } from "../../contract/dose.ts";
import type { DeviceModel } from "../../contract/stimulator.ts";
import { cite } from "../limits.ts";
import { conditionerRests } from "./conditioner.ts";
import { type Facts, figure, judged, type Remark, type Rule, summed, trainPctRmt } from "./rule.ts";

/** Shortest pause that was tested as an interval between trains, ms (Chen 1997): a border. */
const SHORTEST_PAUSE_MS = 250;

/** Trains at most 1 s apart are one by their instants, so the pause is looked for inside. */
function checkShort(facts: Facts): readonly Remark[] {
  const { hardMinS, hardFromHz } = facts.limits.interTrain;
  return summed(
    judged(facts, "conventional")
      .filter(
        (train) =>
          train.frequencyHz >= hardFromHz - 1e-6 && train.longestGapMs >= SHORTEST_PAUSE_MS,
      )
      .map((train) => ({
        detail: `a pause of ${figure(train.longestGapMs)} ms between trains of ${figure(train.frequencyHz)} Hz, at most ${hardMinS} s`,
      })),
  );
}

/** Off time between trains; single pulses in between change nothing. */
function checkInsufficient(facts: Facts): readonly Remark[] {
  const { softMinS, softAbovePctRmt } = facts.limits.interTrain;
  const trains = facts.trains.filter((train) => train.pulses.length > 1 && train.kind !== "paired");
  const remarks: Remark[] = [];
  trains.forEach((train, i) => {
    const before = trains[i - 1];
    if (before === undefined || !train.inPlan) return;
    if (train.kind !== "conventional" && before.kind !== "conventional") return;
    const offS = (train.startMs - before.endMs) / 1000;
    if (offS < softMinS - 1e-6) {
      remarks.push({ detail: `${figure(offS)} s between trains, less than ${softMinS} s` });
    }
  });
  if (trains.length > 1) {
    for (const train of judged(facts, "conventional")) {
      const pct = trainPctRmt(train, facts);
      if (train.frequencyHz <= 1 || pct === null || pct <= softAbovePctRmt) continue;
      remarks.push({
        detail: `${pct} % RMT at ${figure(train.frequencyHz)} Hz: no interval between trains was tested above ${softAbovePctRmt} %`,
      });
    }
  }
  return summed(remarks);
}

interface Neighbours {
  readonly before: Dose;
  readonly next: Dose;
  readonly restMs: number;
  /**
   * The plan alone says when `next` comes. Behind a hold, and at the start of a segment, the run waits
   * until the device is ready, however long that takes.
   */
  readonly onTheClock: boolean;
}

/** Each dose with its predecessor, the last of an earlier segment for the first, and the rest between. */
function neighbours(facts: Facts): readonly Neighbours[] {
  const { plan, earlier, planStartMs = 0 } = facts.input;
  const held = new Set(plan.holds.map(({ beforeDose }) => beforeDose));
  const found: Neighbours[] = [];
  let before = earlier.reduce<Dose | undefined>(
    (last, dose) => (last === undefined || dose.dueMs > last.dueMs ? dose : last),
    undefined,
  );
  let shiftMs = planStartMs;
  for (const [i, dose] of plan.doses.entries()) {
    if (before !== undefined) {
      const restMs = dose.dueMs + shiftMs - (before.dueMs + spanMs(before.shape));
      found.push({ before, next: dose, restMs, onTheClock: i > 0 && !held.has(dose.index) });
    }
    before = dose;
    shiftMs = 0;
  }
  return found;
}

/** What a device needs from one dose to the next, and for what. */
function needed(
  device: DeviceModel,
  { before, next, onTheClock }: Neighbours,
): { readonly leastMs: number; readonly words: string } {
  const energyMs = device.minRestAfterMs(before);
  const betweenMs = onTheClock ? (device.minRestBetweenMs?.(before, next) ?? 0) : 0;
  return betweenMs > energyMs
    ? { leastMs: betweenMs, words: " to be ready for it" }
    : { leastMs: energyMs, words: "" };
}

function checkRests(facts: Facts): readonly Remark[] {
  const { device } = facts.input;
  const remarks: Remark[] = [];
  for (const pair of neighbours(facts)) {
    const { leastMs, words } = needed(device, pair);
    if (pair.restMs >= leastMs - 1e-6) continue;
    remarks.push({
      detail: `${figure(pair.restMs)} ms before the next start, ${device.capabilities.model} needs ${figure(leastMs)} ms${words}`,
    });
  }
  for (const dose of facts.input.plan.doses) {
    for (const problem of device.judgeDose(dose)) {
      if (problem.rule === "ITI-03") remarks.push(problem);
    }
  }
  return [...summed(remarks), ...conditionerRests(facts)];
}

export const INTERVAL_RULES: readonly Rule[] = [
  {
    id: "ITI-01",
    tier: "hard",
    what: "conventional trains of 5 Hz and more with 1 s or less between them",
    acts: "plan check",
    source: (limits) => `${cite(limits, limits.interTrain)}, as Table 5A of Rossi 2009`,
    onSimulated: "in force",
    humanOnly: true,
    check: checkShort,
  },
  {
    id: "ITI-02",
    tier: "soft",
    what: "less than 5 s between trains, or above 110 % RMT in repeated trains above 1 Hz",
    acts: "plan check",
    source: (limits) => `${cite(limits, limits.interTrain)}, as Table 5A of Rossi 2009`,
    onSimulated: "in force",
    humanOnly: true,
    check: checkInsufficient,
  },
  {
    id: "ITI-03",
    tier: "hard",
    what: "a rest that is shorter than the device needs for its energy, or to be set and armed anew",
    acts: "plan check",
    source: () => "the device model in use",
    onSimulated: "in force",
    humanOnly: false,
    check: checkRests,
  },
];
