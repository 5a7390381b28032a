import type { Protocol } from "../../../protocols/types.ts";
import { hashOf } from "../../base/canonical.ts";
import { spacingMs } from "../../base/doseShape.ts";
import type { Dose, Plan } from "../../contract/dose.ts";
import { utcNow } from "../../time/wallClock.ts";
import { loadDrivers } from "../drivers.ts";
import type { Io } from "../io.ts";
import { simulatedRigOf } from "./defaultRig.ts";
import { EMPTY_LEDGER } from "./ledgerFacts.ts";
import { checkSetup, planFor, prepareSetup, type Setup, type SetupOptions } from "./setup.ts";

/** What one model would do with a protocol. */
export interface ModelVerdict {
  readonly model: string;
  readonly starts: boolean;
  /** Who keeps the time inside a start, in words; null where there is no plan. */
  readonly timedBy: string | null;
  readonly roundings: Plan["roundings"];
  /** Why it would not start; empty when it does. */
  readonly reasons: readonly { readonly rule: string; readonly detail: string }[];
}

/** The same protocol on every stimulator that a wire leads to, simulated, one line each. */
export async function checkEveryModel(
  protocol: Protocol,
  options: SetupOptions & { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const setup = await prepareSetup(options, utcNow(), protocol);
  const verdicts = await everyModel(protocol, setup);
  for (const verdict of verdicts) {
    io.out(options.json === true ? JSON.stringify(verdict) : verdictWords(verdict));
  }
  return verdicts.some(({ starts }) => starts) ? 0 : 3;
}

export async function everyModel(
  protocol: Protocol,
  setup: Setup,
): Promise<readonly ModelVerdict[]> {
  const drivers = await loadDrivers();
  return drivers.flatMap((driver) =>
    driver.models.flatMap((model) => {
      const rig = simulatedRigOf(model);
      const { stimulator } = rig;
      const options = stimulator.options ?? {};
      const described = driver.describe({
        driver: model,
        mains: stimulator.mains ?? null,
        softwareVersion: null,
        options,
      });
      // A model that needs more than a name (typed-in dials) is no model of its own.
      if (!described.ok) return [];
      const rigFacts = { ...setup.rigFacts, stimulator: model, simulated: true };
      return [verdictOf(protocol, { ...setup, rig, rigFacts, model: described.value })];
    }),
  );
}

function verdictOf(protocol: Protocol, setup: Setup): ModelVerdict {
  const model = setup.rigFacts.stimulator;
  const planned = planFor(setup, protocol, hashOf(protocol), 1);
  if (!planned.ok) {
    const reasons = planned.refusal.problems.map(({ rule, kind, field, detail }) => ({
      rule: rule ?? kind,
      detail: `${field}: ${detail}`,
    }));
    return { model, starts: false, timedBy: null, roundings: [], reasons };
  }
  const report = checkSetup(setup, planned.plan, EMPTY_LEDGER, false);
  const reasons = report.findings
    .filter(({ effect }) => effect === "blocks")
    .map(({ rule, detail }) => ({ rule, detail }));
  return {
    model,
    starts: report.starts,
    timedBy: timedBy(planned.plan.doses),
    roundings: planned.plan.roundings,
    reasons,
  };
}

/** Whose clock keeps the distances that matter. */
function timedBy(doses: readonly Dose[]): string {
  const kinds = new Set(doses.map(({ shape }) => shape.kind));
  const parts: string[] = [];
  if (doses.some(({ hostTrain }) => hostTrain !== null)) parts.push("starts by the host");
  for (const kind of ["train", "burst-train", "burst", "pair"] as const) {
    const dose = doses.find(({ shape }) => shape.kind === kind);
    if (dose === undefined) continue;
    const everyMs = Math.round(spacingMs(dose.shape) * 100) / 100;
    parts.push(`${kind.replace("-", " ")} by the device (${everyMs} ms apart)`);
  }
  if (kinds.has("external")) parts.push("pulses by somebody else");
  return parts.length === 0 ? "single starts by the host" : parts.join(", ");
}

function verdictWords({ model, starts, timedBy: clock, roundings, reasons }: ModelVerdict): string {
  const moved = roundings.map(
    ({ what, asked, planned, unit }) => `    ${what}: ${asked} -> ${planned} ${unit}`,
  );
  const head = starts ? `${model}: yes, ${clock}` : `${model}: no`;
  return [head, ...reasons.map(({ rule, detail }) => `    ${rule} ${detail}`), ...moved].join("\n");
}
