import { randomBytes } from "node:crypto";
import { type ExpandProblem, expandProtocol } from "../../../protocols/expand.ts";
import type { Protocol } from "../../../protocols/types.ts";
import { hashOf } from "../../base/canonical.ts";
import type { AmplifierCapabilities, AmplifierModule } from "../../contract/amplifier.ts";
import type { Plan } from "../../contract/dose.ts";
import type { LedgerSnapshot, RigFacts, SessionFacts, Threshold } from "../../contract/session.ts";
import type { DeviceModel, DriverModule } from "../../contract/stimulator.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { isPulsetrainError, PulsetrainError } from "../../errors/pulsetrainError.ts";
import { ledgerFile } from "../../journal/dataFolder.ts";
import { readLedger } from "../../journal/ledger.ts";
import { checkPlan } from "../../safety/envelope.ts";
import { type LimitProfile, loadDefaultProfile, profileHash } from "../../safety/limits.ts";
import type { RuleId } from "../../safety/rules/rule.ts";
import type { CheckInput, CheckReport } from "../../safety/types.ts";
import { findAmplifier } from "../amplifiers.ts";
import {
  givesNerveStimuli,
  loadRig,
  type RigConfig,
  rigError,
  rigFactsOf,
  secondOf,
  stimulatorConfig,
} from "../config/rig.ts";
import { readSecret } from "../config/secret.ts";
import {
  latencyOption,
  loadSession,
  type SessionFile,
  sessionFacts,
  thresholdOption,
} from "../config/session.ts";
import { driverFor, loadDrivers } from "../drivers.ts";
import { eegSourceOf } from "../rig/eegSource.ts";
import { defaultRigFor } from "./defaultRig.ts";

/** The seven subjects that a simulated person can be. */
export const SIMULATED_SUBJECTS = [
  "healthy-young",
  "healthy-older",
  "mci-amyloid",
  "ad-mild",
  "edge-high-rmt",
  "edge-no-mep",
  "edge-spread",
] as const;

/** Options that `run` and `check` share, as a person gives them. */
export interface SetupOptions {
  readonly rig?: string;
  readonly session?: string;
  readonly subject?: string;
  readonly threshold?: readonly string[];
  /** `RMT=mills-nithi`: how a value is measured that nobody gave. */
  readonly method?: readonly string[];
  /** `N20=19.5`: latencies of the subject, ms. */
  readonly latency?: readonly string[];
  readonly seed?: number;
}

/** Everything about a visit but its protocol: files read, model known, nothing opened. */
export interface Setup {
  readonly rig: RigConfig;
  readonly sessionFile: SessionFile | null;
  readonly facts: SessionFacts;
  /** Latencies of the subject that intervals hang on, ms. */
  readonly latenciesMs: Readonly<Record<string, number>>;
  readonly rigFacts: RigFacts;
  readonly limits: LimitProfile;
  readonly limitsHash: string;
  readonly model: DeviceModel;
  /** Of the rig's amplifier; null: it has none, and nothing is measured. */
  readonly amplifier: AmplifierCapabilities | null;
  readonly seed: number;
  readonly startedUtc: string;
}

/** `protocol`: what a rig that nobody named is chosen for; null where several will come. */
export async function prepareSetup(
  options: SetupOptions,
  startedUtc: string,
  protocol: Protocol | null = null,
): Promise<Setup> {
  const thresholds = (options.threshold ?? []).map(thresholdOption);
  const drivers = await loadDrivers();
  const rig =
    options.rig === undefined ? defaultRigFor(protocol, drivers, thresholds) : loadRig(options.rig);
  const model = modelOf(drivers, rig, options.rig);
  // Only looked at: the process beside the port reads it for itself.
  placed(options.rig, ["stimulator", "unlockCode"], () => readSecret(rig.stimulator.unlockCode));
  const sessionFile = options.session === undefined ? null : loadSession(options.session);
  requireRealRigRules(rig, sessionFile, thresholds);
  const limits = loadDefaultProfile();
  return {
    rig,
    sessionFile,
    facts: sessionFacts({
      session: sessionFile,
      subject: simulatedSubject(rig, options.subject),
      thresholds,
      startedUtc,
      firstSession: isFirstSession(rig, sessionFile),
    }),
    latenciesMs: Object.fromEntries((options.latency ?? []).map(latencyOption)),
    rigFacts: rigFactsOf(rig),
    limits,
    limitsHash: profileHash(limits),
    model,
    amplifier: await amplifierOf(rig, options.rig),
    seed: options.seed ?? randomBytes(4).readUInt32LE(0),
    startedUtc,
  };
}

async function amplifierOf(
  rig: RigConfig,
  file: string | undefined,
): Promise<AmplifierCapabilities | null> {
  const { amplifier } = rig;
  if (amplifier === undefined) return null;
  const place = ["amplifier", "driver"];
  let module: AmplifierModule;
  try {
    module = await findAmplifier(amplifier.driver);
  } catch (error) {
    throw isPulsetrainError(error) ? rigError(file, place, error) : error;
  }
  const described = module.describe({ driver: amplifier.driver, options: amplifier.options ?? {} });
  if (described.ok) return described.value;
  throw rigError(file, ["amplifier"], { code: "RIG_FILE_BAD", detail: described.error });
}

function modelOf(
  drivers: readonly DriverModule[],
  rig: RigConfig,
  file: string | undefined,
): DeviceModel {
  const driver = placed(file, ["stimulator", "driver"], () =>
    driverFor(drivers, rig.stimulator.driver),
  );
  const model = driver.describe(stimulatorConfig(rig));
  if (model.ok) return model.value;
  throw rigError(file, ["stimulator"], { code: "RIG_FILE_BAD", detail: model.error });
}

/** What `work` throws, with the place in the rig file that it is about. */
function placed<T>(file: string | undefined, path: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isPulsetrainError(error) ? rigError(file, path, error) : error;
  }
}

/** Nothing of this subject in the machine's ledger; a simulated person has no history to know. */
function isFirstSession(rig: RigConfig, session: SessionFile | null): boolean | null {
  if (rig.simulated || session === null) return null;
  return readLedger(ledgerFile(), session.subject).length === 0;
}

function requireRealRigRules(
  rig: RigConfig,
  session: SessionFile | null,
  thresholds: readonly Threshold[],
): void {
  if (rig.simulated) return;
  if (session === null) {
    throw new PulsetrainError(
      "SESSION_FILE_BAD",
      "a real rig needs --session FILE: operator, subject, thresholds, screening, checklist",
    );
  }
  if (thresholds.length > 0) {
    throw new PulsetrainError(
      "GATE_PLAN_REFUSED",
      "--threshold is refused on a real rig (INT-01): thresholds come with their keys from the session file",
    );
  }
}

function simulatedSubject(rig: RigConfig, subject: string | undefined): string {
  const chosen = subject ?? "healthy-older";
  if (!rig.simulated) {
    if (subject !== undefined)
      throw new PulsetrainError(
        "CLI_BAD_CALL",
        "--subject names a simulated person; on a real rig the subject's code stands in the session file",
      );
    return chosen;
  }
  if ((SIMULATED_SUBJECTS as readonly string[]).includes(chosen)) return chosen;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `--subject ${chosen}: expected one of ${SIMULATED_SUBJECTS.join(", ")}`,
  );
}

/** Exit code family of a problem that keeps a protocol from becoming a plan. */
const PROBLEM_CODES: Readonly<Record<ExpandProblem["kind"], ErrorCode>> = {
  "missing-figure": "PROTOCOL_INCOMPLETE",
  "to-be-measured": "PROTOCOL_TO_BE_MEASURED",
  "missing-threshold": "GATE_PLAN_REFUSED",
  "device-cannot": "GATE_PLAN_REFUSED",
  species: "GATE_PLAN_REFUSED",
  inconsistent: "PROTOCOL_BAD",
};

/** The rule that speaks where the problem names none itself. */
const PROBLEM_RULES: Readonly<Partial<Record<ExpandProblem["kind"], RuleId>>> = {
  "missing-threshold": "INT-01",
  "device-cannot": "DEV-01",
};

/** A protocol that cannot become a plan, with every reason. */
export interface PlanRefusal {
  readonly code: ErrorCode;
  readonly problems: readonly ExpandProblem[];
}

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan; readonly planHash: string }
  | { readonly ok: false; readonly refusal: PlanRefusal };

/** `segment` counts from 1: each protocol of a session draws from a seed of its own. */
export function planFor(
  setup: Setup,
  protocol: Protocol,
  protocolHash: string,
  segment: number,
): PlanResult {
  const second = secondOf(setup.rig);
  const expanded = expandProtocol(protocol, {
    thresholds: setup.facts.thresholds,
    capabilities: setup.model.capabilities,
    model: setup.model,
    nerve: givesNerveStimuli(setup.rig),
    eeg: setup.amplifier !== null && eegSourceOf(setup.rig.amplifier, setup.amplifier) !== null,
    ...(second === undefined || setup.rig.stimulator.trigger === undefined ? {} : { second }),
    latenciesMs: setup.latenciesMs,
    seed: setup.seed + segment - 1,
    hash: protocolHash,
    species: setup.rigFacts.species,
  });
  if (expanded.ok) return { ok: true, plan: expanded.value, planHash: hashOf(expanded.value) };
  const worst = expanded.error.find(({ kind }) => kind === "inconsistent") ?? expanded.error[0];
  return {
    ok: false,
    refusal: {
      code: PROBLEM_CODES[worst?.kind ?? "inconsistent"],
      problems: expanded.error.map((problem) => ({
        ...(PROBLEM_RULES[problem.kind] === undefined ? {} : { rule: PROBLEM_RULES[problem.kind] }),
        ...problem,
      })),
    },
  };
}

export function refusalWords(refusal: PlanRefusal): string {
  return refusal.problems
    .map(({ rule, field, detail }) => `${rule === undefined ? "" : `${rule} `}${field}: ${detail}`)
    .join("\n  ");
}

/** What the gate weighs besides plan and device. */
export function gateContext(
  setup: Setup,
  ledger: LedgerSnapshot,
  limitsAccepted: boolean,
): Omit<CheckInput, "plan" | "device" | "earlier"> {
  return {
    limits: setup.limits,
    session: setup.facts,
    rig: setup.rigFacts,
    ledger,
    limitsAccepted,
  };
}

export function checkSetup(
  setup: Setup,
  plan: Plan,
  ledger: LedgerSnapshot,
  limitsAccepted: boolean,
): CheckReport {
  return checkPlan({
    ...gateContext(setup, ledger, limitsAccepted),
    plan,
    device: setup.model,
    earlier: [],
  });
}
