import type { Train } from "../classify.ts";
import type { DurationTable } from "../limitProfile.ts";
import { cite } from "../limits.ts";
import { exceeds, lookUp } from "../tables.ts";
import { listedCapRemarks } from "./patterned.ts";
import { type Facts, figure, judged, type Remark, type Rule, summed, trainPctRmt } from "./rule.ts";

function described(train: Train, pct: number): string {
  const elapsedS = (train.endMs - train.startMs) / 1000;
  return `${train.pulses.length} pulses in ${figure(elapsedS)} s at ${figure(train.frequencyHz)} Hz and ${pct} % RMT`;
}

/** What a table says of a train; null when the train is within it. */
function tableRemark(train: Train, facts: Facts, table: DurationTable): Remark | null {
  const pct = trainPctRmt(train, facts);
  if (pct === null) {
    return {
      detail: `a train of ${train.pulses.length} pulses cannot be judged without the resting motor threshold: give RMT`,
    };
  }
  const cell = lookUp(table, train.frequencyHz, pct);
  if (cell === null) return { detail: `${described(train, pct)}: the table has no limit for it` };
  const size = {
    pulses: train.pulses.length,
    frequencyHz: train.frequencyHz,
    elapsedMs: train.endMs - train.startMs,
  };
  if (!exceeds(cell, size)) return null;
  const beyond = cell.beyondTable ? `, shortened from ${cell.frequencyHz} Hz` : "";
  return {
    detail: `${described(train, pct)}: longer than ${figure(cell.maxS)} s (${cell.frequencyHz} Hz, ${cell.pctRmt} %${beyond})`,
  };
}

/** Trains above 1 Hz of unknown or too high intensity are refused by INT-04 alone. */
function belongsToInt04(train: Train, facts: Facts): boolean {
  if (train.frequencyHz <= 1) return false;
  const pct = trainPctRmt(train, facts);
  return pct === null || pct > facts.limits.trainDuration.maxPctRmt;
}

function hardRemark(train: Train, facts: Facts): Remark | null {
  if (belongsToInt04(train, facts)) return null;
  return tableRemark(train, facts, facts.limits.trainDuration.hard);
}

function checkHard(facts: Facts): readonly Remark[] {
  const remarks = judged(facts, "conventional").map((train) => hardRemark(train, facts));
  return summed(remarks.filter((remark) => remark !== null));
}

/** A censored cell says only how long was tested; there the hard table decides alone. */
function softRemark(train: Train, facts: Facts): Remark | null {
  if (belongsToInt04(train, facts) || hardRemark(train, facts) !== null) return null;
  const table = facts.limits.trainDuration.soft;
  const pct = trainPctRmt(train, facts);
  const cell = pct === null ? null : lookUp(table, train.frequencyHz, pct);
  return cell?.censored === true ? null : tableRemark(train, facts, table);
}

function checkSoft(facts: Facts): readonly Remark[] {
  const remarks = judged(facts, "conventional").map((train) => softRemark(train, facts));
  return summed(remarks.filter((remark) => remark !== null));
}

function checkBeyond(facts: Facts): readonly Remark[] {
  const most = facts.limits.trainDuration.beyondTableHz;
  return summed(
    judged(facts, "conventional")
      .filter((train) => train.frequencyHz > most)
      .map((train) => ({
        detail: `${figure(train.frequencyHz)} Hz is above the tables, which end at ${most} Hz`,
      })),
  );
}

function checkClaims(facts: Facts): readonly Remark[] {
  const claims = facts.mismatches.map(
    ({ block, declared, frequencyHz }): Remark => ({
      tier: "warn",
      detail: `block ${block} declares ${declared}; its pulses make conventional trains of up to ${figure(frequencyHz)} Hz and are judged as such`,
    }),
  );
  return [...claims, ...listedCapRemarks(facts)];
}

export const DURATION_RULES: readonly Rule[] = [
  {
    id: "DUR-01",
    tier: "hard",
    what: "a train longer than the consensus table allows at its rate and intensity",
    acts: "plan check",
    source: (limits) => `${cite(limits, limits.trainDuration.hard)}, Table 4`,
    onSimulated: "in force",
    humanOnly: true,
    check: checkHard,
  },
  {
    id: "DUR-02",
    tier: "soft",
    what: "a train longer than the table that was shortened by a quarter for repeated trains",
    acts: "plan check",
    source: (limits) => `${cite(limits, limits.trainDuration.soft)}, as Table 5B of Rossi 2009`,
    onSimulated: "in force",
    humanOnly: true,
    check: checkSoft,
  },
  {
    id: "DUR-03",
    tier: "soft",
    what: "a conventional train above 25 Hz, for which no row was published",
    acts: "plan check",
    source: (limits) => cite(limits, limits.trainDuration.hard),
    onSimulated: "in force",
    humanOnly: true,
    check: checkBeyond,
  },
  {
    id: "DUR-04",
    tier: "hard",
    what: "pulses are classified by their instants: gaps of up to 1 s make a train; only the listed patterns leave the tables, each under its own caps",
    acts: "plan check",
    source: (limits) => cite(limits, limits.grouping),
    onSimulated: "in force",
    humanOnly: true,
    check: checkClaims,
  },
];
