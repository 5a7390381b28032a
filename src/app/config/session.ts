import { z } from "zod";
import { checkText, problemLines } from "../../base/checkedText.ts";
import type { Override, SessionFacts, Threshold, ThresholdKind } from "../../contract/session.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { readUserFile } from "./userFile.ts";

const instant = z.iso.datetime({
  offset: true,
  error: "expected an ISO 8601 instant with its offset",
});
const words = z.string().trim().min(1);

const threshold = z.strictObject({
  kind: z.enum(["RMT", "AMT", "1mV", "RMT-other"]),
  percentMso: z.number().gt(0).max(100),
  hemisphere: z.enum(["left", "right"]).optional(),
  muscle: words.optional(),
  coilSerial: words.optional(),
  stimulator: words.optional(),
  waveform: words.optional(),
  currentDirection: words.optional(),
  method: words.optional(),
  measuredAt: instant.optional(),
});

/** The 13 questions of Rossi 2009 section 7.5, updated by Rossi 2011, by key. */
export const SCREENING_QUESTIONS = [
  "seizure_or_epilepsy",
  "syncope",
  "head_trauma_with_loc",
  "hearing_problem_or_tinnitus",
  "pregnancy",
  "metal_in_head_or_spine",
  "cochlear_implant",
  "implanted_neurostimulator",
  "cardiac_pacemaker_or_lines",
  "infusion_device",
  "medication",
  "previous_tms_problem",
  "previous_mri_problem",
] as const;

const screening = z.strictObject({
  answers: z.partialRecord(z.enum(SCREENING_QUESTIONS), z.boolean()),
  reviewedBy: words.optional(),
  decision: words.optional(),
});

const checklist = z.strictObject({
  hearingProtection: z.boolean(),
  coilId: words.optional(),
  emergencyStopTested: z.boolean(),
  operatorPresent: z.boolean(),
});

const override = z.strictObject({
  rule: words,
  reason: z.string().trim().min(20, "expected at least 20 characters that say why"),
  approvedBy: words,
  reference: words,
  expires: instant,
});

const sessionSchema: z.ZodType<SessionFile> = z.strictObject({
  operator: words,
  subject: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
      "expected a code of letters, digits, - and _: never a name",
    ),
  species: z.enum(["human", "rodent"]).default("human"),
  thresholds: z.array(threshold).default([]),
  screening: screening.optional(),
  today: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  checklist: checklist.optional(),
  overrides: z.array(override).default([]),
});

/** A session file, checked. */
export interface SessionFile {
  readonly operator: string;
  readonly subject: string;
  readonly species: "human" | "rodent";
  readonly thresholds: readonly ThresholdInput[];
  readonly screening?:
    | {
        readonly answers: Readonly<Partial<Record<(typeof SCREENING_QUESTIONS)[number], boolean>>>;
        readonly reviewedBy?: string | undefined;
        readonly decision?: string | undefined;
      }
    | undefined;
  readonly today?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly checklist?:
    | {
        readonly hearingProtection: boolean;
        readonly coilId?: string | undefined;
        readonly emergencyStopTested: boolean;
        readonly operatorPresent: boolean;
      }
    | undefined;
  readonly overrides: readonly Override[];
}

interface ThresholdInput {
  readonly kind: ThresholdKind;
  readonly percentMso: number;
  readonly hemisphere?: "left" | "right" | undefined;
  readonly muscle?: string | undefined;
  readonly coilSerial?: string | undefined;
  readonly stimulator?: string | undefined;
  readonly waveform?: string | undefined;
  readonly currentDirection?: string | undefined;
  readonly method?: string | undefined;
  readonly measuredAt?: string | undefined;
}

export function loadSession(file: string): SessionFile {
  const checked = checkText(readUserFile(file, "SESSION_FILE_BAD"), file, sessionSchema);
  if (!checked.ok) throw new PulsetrainError("SESSION_FILE_BAD", problemLines(checked.error));
  return checked.value;
}

function fullThreshold(input: ThresholdInput): Threshold {
  return {
    kind: input.kind,
    percentMso: input.percentMso,
    hemisphere: input.hemisphere ?? null,
    muscle: input.muscle ?? null,
    coilSerial: input.coilSerial ?? null,
    stimulator: input.stimulator ?? null,
    waveform: input.waveform ?? null,
    currentDirection: input.currentDirection ?? null,
    method: input.method ?? null,
    measuredAt: input.measuredAt ?? null,
  };
}

/** Facts for the gate: from the session file, and on simulated rigs from the command line. */
export function sessionFacts(parts: {
  readonly session: SessionFile | null;
  readonly subject: string;
  readonly thresholds: readonly Threshold[];
  readonly startedUtc: string;
  readonly firstSession: boolean | null;
}): SessionFacts {
  const { session } = parts;
  return {
    operator: session?.operator ?? null,
    subject: session?.subject ?? parts.subject,
    species: session?.species ?? "human",
    thresholds: [...(session?.thresholds ?? []).map(fullThreshold), ...parts.thresholds],
    screening:
      session?.screening === undefined
        ? null
        : {
            answers: session.screening.answers,
            reviewedBy: session.screening.reviewedBy ?? null,
            decision: session.screening.decision ?? null,
          },
    today: session?.today ?? null,
    checklist:
      session?.checklist === undefined
        ? null
        : { ...session.checklist, coilId: session.checklist.coilId ?? null },
    overrides: session?.overrides ?? [],
    firstSession: parts.firstSession,
    startedUtc: parts.startedUtc,
  };
}

/** `RMT=45` of `--threshold`. */
export function thresholdOption(text: string): Threshold {
  const match = /^(RMT-other|RMT|AMT|1mV)=(\d+(?:\.\d+)?)%?$/.exec(text.trim());
  const percentMso = Number(match?.[2]);
  if (match === null || !(percentMso > 0 && percentMso <= 100)) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `--threshold ${text}: expected RMT=PERCENT_MSO, AMT=PERCENT_MSO, 1mV=PERCENT_MSO or RMT-other=PERCENT_MSO, above 0 and up to 100`,
    );
  }
  return {
    ...fullThreshold({ kind: match[1] as ThresholdKind, percentMso }),
    method: "command line",
  };
}

/** `N20=19.5` of `--latency`, ms. */
export function latencyOption(text: string): readonly [name: string, ms: number] {
  const match = /^(N20)=(\d+(?:\.\d+)?)(?: ?ms)?$/.exec(text.trim());
  const ms = Number(match?.[2]);
  if (match === null || !(ms >= 10 && ms <= 40)) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `--latency ${text}: expected N20=MS, between 10 and 40 ms`,
    );
  }
  return [match[1] ?? "", ms];
}
