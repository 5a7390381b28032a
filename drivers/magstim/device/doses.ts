/** Judgements of doses that every model of the family makes alike. Pure. */
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type { DeviceProblem, StimulatorConfig } from "../../../src/contract/stimulator.ts";
import { STATUS_AHEAD_MS } from "./figures.ts";

export function problem(
  rule: DeviceProblem["rule"],
  detail: string,
  source: string,
): DeviceProblem {
  return { rule, detail, source };
}

/** What one start of a model can be; of anything else, why not, in words of its own where there are some. */
export interface Starts {
  readonly makes: readonly DoseShape["kind"][];
  readonly lacks: Partial<Readonly<Record<DoseShape["kind"], string>>>;
}

export function judgeKind(
  { shape: { kind } }: Dose,
  { makes, lacks }: Starts,
  source: string,
): readonly DeviceProblem[] {
  if (makes.includes(kind)) return [];
  return [problem("DEV-01", lacks[kind] ?? `no start of this device gives a ${kind}`, source)];
}

/** `channels` intensities in whole percents of 0 to 100. */
export function judgeIntensities(
  { intensityPctMso }: Dose,
  channels: number,
  source: string,
): readonly DeviceProblem[] {
  if (intensityPctMso.length !== channels) {
    const words = channels === 1 ? "for one pulse a start" : "for a pair, which has two";
    return [problem("DEV-01", `${intensityPctMso.length} intensities ${words}`, source)];
  }
  return intensityPctMso
    .filter((pct) => !Number.isInteger(pct) || pct < 0 || pct > 100)
    .map((pct) =>
      problem(
        "INT-03",
        `${pct} %: this device is driven from 0 to 100 % in whole percents`,
        source,
      ),
    );
}

/** A window for somebody else's triggers: pulses are told apart by the recharging between them. */
export function judgeWindow(
  { shape }: Dose,
  rechargeMs: number,
  source: string,
): readonly DeviceProblem[] {
  if (shape.kind !== "external") return [];
  if (shape.by === "stored-protocol")
    return [
      problem(
        "DEV-01",
        "no command of this device starts a stored protocol; `magpro-x100` has one, or let a trigger start the pulses",
        source,
      ),
    ];
  const leastMs = rechargeMs + STATUS_AHEAD_MS;
  if (shape.minIntervalMs >= leastMs) return [];
  return [
    problem(
      "ITI-03",
      `triggers ${Math.round(shape.minIntervalMs)} ms apart: this device recharges for ${rechargeMs} ms and must be seen ready in between, so at least ${leastMs} ms`,
      source,
    ),
  ];
}

/** What a rig file says wrongly of a model without versions and mains; null when nothing. */
export function complaintOf(
  { driver, softwareVersion, options }: StimulatorConfig,
  models: readonly string[],
  known: readonly string[],
): string | null {
  if (!models.includes(driver)) return `${driver} is none of ${models.join(", ")}`;
  if (softwareVersion !== null)
    return `softwareVersion ${softwareVersion}: ${driver} cannot be asked for its version, so leave it out`;
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  return unknown.length === 0
    ? null
    : `${driver} knows no option ${unknown.join(", ")} under \`stimulator\``;
}
