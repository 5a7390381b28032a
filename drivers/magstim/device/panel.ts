/** Settings that differ from what they were although no order of ours asked for it. Pure. */
import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";

/** What a device may show beside its setting without a hand at its panel; the guard allows it too. */
const DRIFT_PCT = 1;

type Told = readonly (readonly [words: string, value: string])[];

function told({ mode, train, isiMs, enhancedPower }: StimulatorStatus): Told {
  const trainWords =
    train === null
      ? "none"
      : `${train.pulses} pulses, ${train.frequencyHz} Hz, ${train.durationS} s`;
  return [
    ["mode", String(mode)],
    ["train", trainWords],
    ["interval ms", String(isiMs ?? "none")],
    ["enhanced power", String(enhancedPower)],
  ];
}

function powerWords(was: StimulatorStatus, now: StimulatorStatus): readonly string[] {
  const [before, after] = [was.intensityPctMso ?? [], now.intensityPctMso ?? []];
  const isFar = after.some(
    (pct, channel) => !(Math.abs(pct - (before[channel] ?? 0)) <= DRIFT_PCT),
  );
  return isFar ? [`power %MSO: ${before.join(" and ")} before, ${after.join(" and ")} now`] : [];
}

/** Null: the settings are the same. */
export function panelWords(was: StimulatorStatus, now: StimulatorStatus): string | null {
  const before = told(was);
  const others = told(now).flatMap(([words, value], place) => {
    const old = before[place]?.[1];
    return old === value ? [] : [`${words}: ${old} before, ${value} now`];
  });
  const changes = [...powerWords(was, now), ...others];
  return changes.length === 0 ? null : changes.join("; ");
}
