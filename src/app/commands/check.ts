import { writeFileSync } from "node:fs";
import type { Protocol } from "../../../protocols/types.ts";
import { hashOf } from "../../base/canonical.ts";
import type { Plan } from "../../contract/dose.ts";
import { CODES } from "../../errors/codes.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { CheckReport } from "../../safety/types.ts";
import { utcNow } from "../../time/wallClock.ts";
import { methodOptions } from "../config/methods.ts";
import type { Io } from "../io.ts";
import { resolveProtocol } from "../protocolFiles.ts";
import { proveSimulated } from "../rig/proveSimulated.ts";
import { acrossLines } from "../run/conditioning.ts";
import { checkEveryModel } from "../run/everyModel.ts";
import { checkFacts } from "../run/ledgerFacts.ts";
import { isMeasured, measuredFirst, refusalBeforeMeasuring } from "../run/measuredPlan.ts";
import { findingLines } from "../run/progress.ts";
import { isScript } from "../run/script.ts";
import {
  checkSetup,
  type PlanRefusal,
  planFor,
  prepareSetup,
  type Setup,
  type SetupOptions,
} from "../run/setup.ts";
import { timelineSvg } from "../timelineSvg.ts";

export interface CheckOptions extends SetupOptions {
  readonly db?: string;
  readonly svg?: string;
  readonly json?: boolean;
  /** Every stimulator that can be simulated instead of one rig. */
  readonly models?: boolean;
}

/** Verdict, rules, totals, duration, device feasibility; arms nothing and opens no port. */
export async function checkCommand(name: string, options: CheckOptions, io: Io): Promise<number> {
  if (isScript(name)) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      "a session script is checked protocol by protocol as it runs; try it with `run --speed max`",
    );
  }
  const { protocol } = resolveProtocol(name);
  if (options.models === true) return checkEveryModel(protocol, options, io);
  const setup = await prepareSetup(options, utcNow(), protocol);
  const facts = checkFacts(setup, options.db);
  if (isMeasured(setup, protocol)) {
    const measured = checkMeasured(setup, protocol, options, io);
    if (measured !== null) return measured;
  }
  const planned = planFor(setup, protocol, hashOf(protocol), 1);
  if (!planned.ok) return unplannable(planned.refusal, options, io);
  const report = checkSetup(setup, planned.plan, facts.ledger, facts.limitsAccepted);
  const unproven = await provenOr(setup.rig);
  if (options.svg !== undefined) writeSvg(options.svg, timelineSvg(planned.plan, report));
  const starts = report.starts && unproven === null;
  if (options.json === true) io.out(JSON.stringify(asJson(planned.plan, report, starts)));
  else {
    const [first = "", ...rest] = asText(planned.plan, report);
    const across = acrossLines(setup, protocol).map((line) => `  ${line}`);
    for (const line of [first, ...across, ...rest]) io.out(line);
  }
  if (unproven !== null) io.err(`refused: ${unproven.message}`);
  return starts ? 0 : 3;
}

/**
 * A protocol whose values are measured first has no plan yet: what will be measured is told, and each plan
 * is checked when its values are there. Null: nothing is missing, so the plan can be checked now.
 */
function checkMeasured(
  setup: Setup,
  protocol: Protocol,
  options: CheckOptions,
  io: Io,
): number | null {
  const refusal = refusalBeforeMeasuring(setup, protocol, hashOf(protocol));
  if (refusal !== null) return unplannable(refusal, options, io);
  const first = measuredFirst(setup, protocol, methodOptions(options.method ?? []));
  if (first.length === 0 && planFor(setup, protocol, hashOf(protocol), 1).ok) return null;
  if (options.json === true) {
    io.out(
      JSON.stringify({
        verdict: "ok",
        starts: true,
        rules: [],
        pulses: 0,
        durationS: 0,
        trains: 0,
        intensityPctMso: [],
        measuredFirst: first,
      }),
    );
    return 0;
  }
  io.out(`${protocol.id}: ${protocol.name}`);
  for (const { value, method } of first) io.out(`  measured first: ${value} by ${method}`);
  for (const line of acrossLines(setup, protocol)) io.out(`  ${line}`);
  io.out("  every plan is checked when its values are measured; a run would start");
  return 0;
}

async function provenOr(
  rig: Parameters<typeof proveSimulated>[0],
): Promise<PulsetrainError | null> {
  try {
    await proveSimulated(rig);
    return null;
  } catch (error) {
    if (error instanceof PulsetrainError) return error;
    throw error;
  }
}

function writeSvg(file: string, svg: string): void {
  try {
    writeFileSync(file, svg);
  } catch (error) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `--svg ${file}: ${(error as NodeJS.ErrnoException).code ?? "not writable"}`,
    );
  }
}

/** A protocol without a plan: every reason is named in the same shape as a rule. */
function unplannable(refusal: PlanRefusal, options: CheckOptions, io: Io): number {
  const rules = refusal.problems.map(({ rule, kind, field, detail }) => ({
    id: rule ?? kind,
    tier: "hard",
    detail: `${field}: ${detail}`,
    source: "protocol and rig",
  }));
  if (options.json === true) {
    io.out(
      JSON.stringify({
        verdict: "hard",
        starts: false,
        rules,
        pulses: 0,
        durationS: 0,
        trains: 0,
        intensityPctMso: [],
      }),
    );
  } else {
    for (const { id, detail } of rules) io.out(`hard ${id}: ${detail}`);
  }
  io.err(
    `refused ${refusal.code}: ${CODES[refusal.code].meaning}; cure: ${CODES[refusal.code].cure}`,
  );
  return CODES[refusal.code].exit;
}

function trainCount(plan: Plan): number {
  return new Set(plan.doses.map(({ place }) => `${place.block}/${place.train}`)).size;
}

function intensities(plan: Plan): readonly number[] {
  return [...new Set(plan.doses.flatMap(({ intensityPctMso }) => intensityPctMso))].sort(
    (a, b) => a - b,
  );
}

function asJson(
  plan: Plan,
  report: CheckReport,
  starts: boolean,
): Readonly<Record<string, unknown>> {
  return {
    verdict: report.verdict,
    starts,
    rules: report.findings
      .filter(({ effect }) => effect !== "not-applicable")
      .map(({ rule, tier, detail, source, effect }) => ({
        id: rule,
        tier,
        detail,
        source,
        effect,
      })),
    notApplicable: report.findings
      .filter(({ effect }) => effect === "not-applicable")
      .map(({ rule }) => rule),
    pulses: plan.pulses,
    durationS: plan.durationMs / 1000,
    trains: trainCount(plan),
    intensityPctMso: intensities(plan),
  };
}

function asText(plan: Plan, report: CheckReport): readonly string[] {
  const minutes = (plan.durationMs / 60_000).toFixed(1);
  return [
    `${plan.protocol.id}: ${plan.protocol.name}`,
    `  ${plan.pulses} pulses in ${trainCount(plan)} trains, ${minutes} min, ${intensities(plan).join(", ")} %MSO`,
    ...plan.roundings.map(
      ({ what, asked, planned, unit }) => `  rounded: ${what} ${asked} -> ${planned} ${unit}`,
    ),
    ...findingLines(report.findings).map((line) => `  ${line}`),
    `verdict: ${report.verdict}; ${report.starts ? "a run would start" : "a run would be refused"}`,
  ];
}
