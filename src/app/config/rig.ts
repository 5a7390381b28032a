import { z } from "zod";
import { checkText, problemAt, problemLines } from "../../base/checkedText.ts";
import type { RigFacts, SecondStimulator } from "../../contract/session.ts";
import type { StimulatorConfig } from "../../contract/stimulator.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { readUserFile } from "./userFile.ts";

const secretPointer = z
  .string()
  .regex(
    /^(env|file):.+$/,
    "expected `env:NAME` or `file:PATH`: a secret is never written into a file of ours",
  );

const portString = z
  .string()
  .trim()
  .min(1)
  .regex(
    /^\S+$/,
    "expected `simulated`, a path, an adapter (usb:SERIAL, usb:VID:PID), tcp://host:port or rfc2217://host:port, without blanks",
  );

/** Datagrams get lost and come in any order: samples may, orders to a stimulator or a box never. */
const orderPort = portString.refine((port) => !port.startsWith("udp:"), {
  error: "expected no udp:// here: an order that gets lost or comes twice is none",
});

const options = z.record(z.string(), z.unknown()).optional();

/** How starts reach the stimulator otherwise than over its wire. */
const trigger = z.discriminatedUnion("via", [
  z.strictObject({
    via: z.literal("rts"),
    widthMs: z.number().positive().max(50).optional(),
  }),
  z.strictObject({
    via: z.literal("box"),
    driver: z.string().min(1),
    port: orderPort,
    line: z.int().min(1).max(16),
    options,
  }),
]);

const markerCode = z.int().min(1).max(255);
const markers = z.strictObject({
  /** Left out: through the box that triggers the stimulator. */
  box: z.strictObject({ driver: z.string().min(1), port: orderPort, options }).optional(),
  /** Code of a dose whose condition has none of its own. */
  code: markerCode.default(1),
  /** Code by condition, as the plan names it (`ISI 2 ms`, `test alone`). */
  conditions: z.record(z.string(), markerCode).default({}),
});

/** An electrical stimulator of a nerve, on a box of its own; its dials are typed in. */
const nerve = z.strictObject({
  driver: z.string().min(1),
  port: orderPort,
  line: z.int().min(1).max(16),
  model: z.string().min(1).default("electrical stimulator"),
  currentMa: z.number().positive().max(100).optional(),
  pulseWidthUs: z.number().positive().max(2000).optional(),
  options,
});

/** A stimulator over the other hemisphere, behind a trigger box of its own; its dials are typed in. */
const secondStimulator = z
  .strictObject({
    trigger: z.strictObject({
      driver: z.string().min(1),
      port: portString,
      line: z.int().min(1).max(16).default(1),
      options,
    }),
    /** The hemisphere under its coil. */
    side: z.enum(["left", "right"]),
    settings: z.strictObject({
      /** Maker and model, as it stands on the device. */
      modelName: z.string().min(1),
      intensityPctMso: z.number().min(1).max(100),
      maxPctMso: z.number().min(1).max(100).default(100),
      coil: z.string().min(1),
      waveform: z.string().min(1),
      minIntervalMs: z.number().min(500).max(60_000),
    }),
  })
  .refine(({ settings }) => settings.intensityPctMso <= settings.maxPctMso, {
    error: "intensityPctMso at most maxPctMso",
    path: ["settings", "intensityPctMso"],
  });

const stimulator = z.strictObject({
  driver: z.string().min(1),
  port: orderPort,
  mains: z.union([z.literal(240), z.literal(115)], "expected 240 or 115 (volts)").optional(),
  softwareVersion: z
    .string()
    .regex(/^\d+(\.\d+)*$/, 'expected a version such as "9.0"')
    .optional(),
  unlockCode: secretPointer.optional(),
  coilSerial: z.string().min(1).optional(),
  trigger: trigger.optional(),
  /** True: a lost link pauses the run, is restored and probed; a person decides whether it goes on. */
  reconnect: z.boolean().optional(),
  options,
});

const amplifier = z.strictObject({
  driver: z.string().min(1),
  port: portString,
  /** Channel that sees the target muscle; left out: the first. */
  muscle: z.string().min(1).optional(),
  /** Channel over the target, for responses of the brain; left out: C3. */
  eegChannel: z.string().min(1).optional(),
  /** True: MEPs are measured below 2 kHz too, which no publication does. */
  mepBelow2kHz: z.boolean().optional(),
  options,
});

/**
 * Where one box starts the stimulator and carries the markers, a code is a mask of its lines: one with the
 * stimulator's line in it cannot be sent.
 */
function markersBesideStarts(
  { markers: marks, stimulator: { trigger: start } }: RigConfig,
  context: z.core.$RefinementCtx,
): void {
  if (marks === undefined || marks.box !== undefined || start?.via !== "box") return;
  const mask = 1 << (start.line - 1);
  const codes = [
    { path: ["markers", "code"], code: marks.code },
    ...Object.entries(marks.conditions).map(([name, code]) => ({
      path: ["markers", "conditions", name],
      code,
    })),
  ];
  for (const { path, code } of codes)
    if ((code & mask) !== 0)
      context.addIssue({
        code: "custom",
        path,
        message: `expected a code without the bit ${mask}: line ${start.line} of the box starts the stimulator`,
      });
}

/** Of a rig file, and of the rig that is told to the process beside the port. */
export const rigSchema: z.ZodType<RigConfig> = z
  .strictObject({
    name: z.string().min(1),
    simulated: z.boolean(),
    species: z.enum(["human", "rodent"]).default("human"),
    stimulator,
    amplifier: amplifier.optional(),
    markers: markers.optional(),
    nerve: nerve.optional(),
    secondStimulator: secondStimulator.optional(),
  })
  .superRefine(markersBesideStarts);

/** A rig file, checked. Holds pointers to secrets, never secrets. */
export interface RigConfig {
  readonly name: string;
  readonly simulated: boolean;
  readonly species: "human" | "rodent";
  readonly stimulator: {
    readonly driver: string;
    readonly port: string;
    readonly mains?: 240 | 115 | undefined;
    readonly softwareVersion?: string | undefined;
    readonly unlockCode?: string | undefined;
    readonly coilSerial?: string | undefined;
    readonly trigger?: TriggerRig | undefined;
    readonly reconnect?: boolean | undefined;
    readonly options?: Readonly<Record<string, unknown>> | undefined;
  };
  readonly amplifier?:
    | {
        readonly driver: string;
        readonly port: string;
        readonly muscle?: string | undefined;
        readonly eegChannel?: string | undefined;
        readonly mepBelow2kHz?: boolean | undefined;
        readonly options?: Readonly<Record<string, unknown>> | undefined;
      }
    | undefined;
  readonly markers?: MarkersRig | undefined;
  readonly nerve?: NerveRig | undefined;
  readonly secondStimulator?: SecondStimulatorRig | undefined;
}

export interface SecondStimulatorRig {
  readonly trigger: BoxRig & { readonly line: number };
  readonly side: "left" | "right";
  readonly settings: {
    readonly modelName: string;
    readonly intensityPctMso: number;
    readonly maxPctMso: number;
    readonly coil: string;
    readonly waveform: string;
    readonly minIntervalMs: number;
  };
}

export interface NerveRig extends BoxRig {
  readonly line: number;
  readonly model: string;
  readonly currentMa?: number | undefined;
  readonly pulseWidthUs?: number | undefined;
}

export type TriggerRig =
  | { readonly via: "rts"; readonly widthMs?: number | undefined }
  | (BoxRig & { readonly via: "box"; readonly line: number });

export interface BoxRig {
  readonly driver: string;
  readonly port: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

export interface MarkersRig {
  readonly box?: BoxRig | undefined;
  readonly code: number;
  readonly conditions: Readonly<Record<string, number>>;
}

/** Can a nerve be stimulated at an exact time before a pulse? Both must leave through trigger lines. */
export function givesNerveStimuli(rig: RigConfig): boolean {
  return rig.nerve !== undefined && rig.stimulator.trigger !== undefined;
}

/** What the gate and the plan know of the second stimulator; absent: the rig has none. */
export function secondOf({ secondStimulator }: RigConfig): SecondStimulator | undefined {
  if (secondStimulator === undefined) return undefined;
  const { side, settings } = secondStimulator;
  const { modelName, ...typed } = settings;
  return { model: modelName, side, ...typed };
}

/** Facts for the gate, with what the rig has beside its stimulator. */
export function rigFactsOf(rig: RigConfig): RigFacts {
  const second = secondOf(rig);
  return {
    name: rig.name,
    simulated: rig.simulated,
    stimulator: rig.stimulator.driver,
    coilSerial: rig.stimulator.coilSerial ?? null,
    species: rig.species,
    ...(second === undefined ? {} : { second }),
  };
}

/** What a person must see with their own eyes, since the second stimulator tells nothing. */
export function secondConfirmation({ side, settings }: SecondStimulatorRig): string {
  const { coil, intensityPctMso, modelName, waveform } = settings;
  return [
    `second stimulator: ${modelName} is set to ${intensityPctMso} % of its output`,
    `${waveform} pulses`,
    `coil ${coil} over the ${side} hemisphere`,
    "one pulse a trigger, and armed: it tells none of this itself",
  ].join(", ");
}

/** Every port that a rig names, in the order of the file. */
export function portsOf(rig: RigConfig): readonly string[] {
  const { stimulator: device, amplifier: amp, markers: marks } = rig;
  const trigger = device.trigger?.via === "box" ? [device.trigger.port] : [];
  return [
    device.port,
    ...trigger,
    ...(amp === undefined ? [] : [amp.port]),
    ...(marks?.box === undefined ? [] : [marks.box.port]),
    ...(rig.nerve === undefined ? [] : [rig.nerve.port]),
    ...(rig.secondStimulator === undefined ? [] : [rig.secondStimulator.trigger.port]),
  ];
}

/** The default rig: everything simulated; 240 V as in `contract`. */
export const DEFAULT_RIG: RigConfig = {
  name: "simulated",
  simulated: true,
  species: "human",
  stimulator: { driver: "magstim-super-rapid2", port: "simulated", mains: 240 },
};

export function loadRig(file: string): RigConfig {
  const checked = checkText(readUserFile(file, "RIG_FILE_BAD"), file, rigSchema);
  if (!checked.ok) throw new PulsetrainError("RIG_FILE_BAD", problemLines(checked.error));
  return checked.value;
}

/** The error for a rig whose fields are well-formed and say what cannot be; it names the place. */
export function rigError(
  file: string | undefined,
  path: readonly string[],
  error: { readonly code: ErrorCode; readonly detail: string },
): PulsetrainError {
  if (file === undefined) return new PulsetrainError(error.code, error.detail);
  const problem = problemAt(readUserFile(file, "RIG_FILE_BAD"), file, path, error.detail);
  return new PulsetrainError(error.code, problemLines([problem]));
}

export function stimulatorConfig(rig: RigConfig): StimulatorConfig {
  const { driver, mains, softwareVersion, options } = rig.stimulator;
  return {
    driver,
    mains: mains ?? null,
    softwareVersion: softwareVersion ?? null,
    options: options ?? {},
  };
}
