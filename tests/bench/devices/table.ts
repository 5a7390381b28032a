/** Every way of a start to a device that the bench times, and what the bare client says to the same device. */

import {
  type Command as DuomagCommand,
  encode as encodeDuomag,
} from "../../../drivers/duomag/wire/commands.ts";
import { delayFor } from "../../../drivers/duomag/wire/delay.ts";
import { type Command, encode as encodeMagstim } from "../../../drivers/magstim/wire/commands.ts";
import type { WireModel } from "../../../drivers/magstim/wire/dialect.ts";
import {
  encode as encodeMagPro,
  type Command as ProCommand,
} from "../../../drivers/magventure/wire/commands.ts";
import { sealLine } from "../../../drivers/trigger-boxes/pulse-box/text.ts";
import type { RigConfig } from "../../../src/app/config/rig.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { Result } from "../../../src/contract/result.ts";
import type { AnswerShape, Step } from "../client/client.ts";
import type { PlanShape } from "../timing/benchModel.ts";
import type { Device } from "../timing/device.ts";
import type { DeviceOrder } from "../timing/deviceProcess.ts";

type StimulatorRig = RigConfig["stimulator"];

/** What says that a start was taken, and how the bare client asks for it. */
export interface Acknowledgement {
  readonly what: string;
  /** The instant of an outcome that is it. */
  readonly instant: "acknowledgedMs" | "deviceReportedMs";
  /** Brings the client's device to where a start is taken. */
  readonly prepare: readonly Step[];
  readonly answer: AnswerShape;
  /** The device sends such bytes without being asked, so old ones are dropped first. */
  readonly isUnasked: boolean;
  /** Taken in turn. */
  readonly startHex: readonly string[];
}

export interface BenchDevice {
  readonly name: string;
  readonly simulated: Omit<DeviceOrder, "prompt">;
  readonly stimulator: (device: Device) => StimulatorRig;
  readonly plan: Pick<PlanShape, "intervalMs" | "shape" | "intensityPctMso" | "starts">;
  /** What the bare loop writes. */
  readonly startHex: string;
  /** Null: nothing acknowledges a start on this way. */
  readonly acknowledgement: Acknowledgement | null;
  /** RTS starts: a thread of the pool moves the line. */
  readonly byRts: boolean;
}

const POWER_PCT = 40;
const ONE_PULSE = { shape: { kind: "pulse" }, intensityPctMso: [POWER_PCT], starts: 24 } as const;

/**
 * Long enough for the driver to see it at its second look, 50 ms after the answer to a start, and over
 * when the status before the next start is read.
 */
const RECHARGE_MS = 60;
const MAGSTIM_PULSE = { ...ONE_PULSE, intervalMs: 170 } as const;
/** Of a pair, whose second pulse comes later. */
const PAIR_RECHARGE_MS = 80;

/** The bodies are fast and cold: what is timed is the way through the host, not a device. */
const FAST_MAGSTIM = { armDelayMs: 20, rampUpMsPerPct: 0, rampDownMsPerPct: 0, heatKPerJoule: 0 };

function orThrow<E extends { readonly why: string }>(encoded: Result<Uint8Array, E>): string {
  if (!encoded.ok) throw new Error(encoded.error.why);
  return toHex(encoded.value);
}

function magstimHex(model: WireModel, command: Command): string {
  return orThrow(encodeMagstim(command, { model, major: 11, highResolution: false }));
}

const proHex = (command: ProCommand): string => orThrow(encodeMagPro(command));
const duomagHex = (command: DuomagCommand): string => orThrow(encodeDuomag(command));
const say = (hex: string): Step => ({ step: "say", hex });
const match = (answer: AnswerShape): Step => ({ step: "match", answer });

const ARMED_AFTER: Step = { step: "wait", us: 60_000 };

/** Command, status, checksum. */
const MAGSTIM_ANSWER: AnswerShape = { length: 3 };

function magstim(
  model: string,
  wire: WireModel,
  body: Readonly<Record<string, number>>,
  plan: BenchDevice["plan"],
): BenchDevice {
  const fire = magstimHex(wire, { command: "setMode", mode: "fire" });
  return {
    name: model,
    simulated: { model, body: { ...FAST_MAGSTIM, ...body } },
    stimulator: ({ devicePath }) => ({ driver: model, port: devicePath, mains: 240 }),
    plan,
    startHex: fire,
    acknowledgement: {
      what: "the answer to the start",
      instant: "acknowledgedMs",
      prepare: [
        match(MAGSTIM_ANSWER),
        say(magstimHex(wire, { command: "enableRemoteControl" })),
        say(magstimHex(wire, { command: "setPower", power: POWER_PCT })),
        say(magstimHex(wire, { command: "setMode", mode: "arm" })),
        ARMED_AFTER,
      ],
      answer: MAGSTIM_ANSWER,
      isUnasked: false,
      startHex: [fire],
    },
    byRts: false,
  };
}

/** A message of a MagPro with four bytes: `FE 04 NUMBER .. .. .. CRC FF`. */
const proMessage = (number: number): AnswerShape => ({
  length: 8,
  prefix: `fe04${number.toString(16).padStart(2, "0")}`,
  suffix: "ff",
});

const PRO_START = proHex({ what: "fire pulse or burst", trailingByte: false });

const MAGPRO: BenchDevice = {
  name: "magpro-x100",
  simulated: {
    model: "magpro-x100",
    body: { minAnswerMs: 0, maxAnswerMs: 0, heatKPerPulse: 0 },
  },
  stimulator: ({ devicePath }) => ({ driver: "magpro-x100", port: devicePath }),
  plan: { ...ONE_PULSE, intervalMs: 120 },
  startHex: PRO_START,
  acknowledgement: {
    what: "the report of the pulse",
    instant: "deviceReportedMs",
    prepare: [
      match(proMessage(1)),
      say(proHex({ what: "set amplitude", amplitudeA: POWER_PCT })),
      say(proHex({ what: "enable", enabled: true })),
      ARMED_AFTER,
    ],
    answer: proMessage(2),
    isUnasked: false,
    startHex: [PRO_START],
  },
  byRts: false,
};

const RECHARGE_DELAY_MS = 60;

function rechargeDelay(): DuomagCommand {
  const delay = delayFor(RECHARGE_DELAY_MS * 1000);
  if (delay === null) throw new Error("a delay beyond the wire");
  return { command: "recharge delay", ...delay };
}

/** A status and the sync byte behind it, with one byte as wanted. */
const duomagStatus = (at: number, mask: number, value: number): AnswerShape => ({
  length: 16,
  suffix: "ff",
  byte: { at, mask, value },
});

const DUOMAG_START = duomagHex({ command: "fire" });

const DUOMAG: BenchDevice = {
  name: "duomag",
  simulated: {
    model: "duomag",
    options: { variant: "xt" },
    body: {
      framesPerS: 200,
      raiseMsPerPct: 0,
      lowerMsPerPct: 0,
      coilKPerPulse: 0,
      innerKPerPulse: 0,
    },
  },
  stimulator: ({ devicePath }) => ({
    driver: "duomag",
    port: devicePath,
    options: { variant: "xt", rechargeDelayMs: RECHARGE_DELAY_MS, chargeMs: 20 },
  }),
  // The driver wants to see the device charged for 200 ms. No multiple of the time between two statuses,
  // so that starts fall everywhere between them.
  plan: { ...ONE_PULSE, intervalMs: 453, starts: 15 },
  startHex: DUOMAG_START,
  acknowledgement: {
    what: "the first status that shows the discharge; one comes every 5 ms",
    instant: "deviceReportedMs",
    prepare: [
      match(duomagStatus(1, 0x7f, POWER_PCT)),
      say(duomagHex({ command: "intensity", percent: POWER_PCT })),
      say(duomagHex(rechargeDelay())),
      ARMED_AFTER,
    ],
    answer: duomagStatus(8, 0x01, 0),
    isUnasked: true,
    startHex: [DUOMAG_START],
  },
  byRts: false,
};

const pulseLine = (seq: number): string => toHex(sealLine(seq, "P 01 5000"));
const LINE_OF_TEXT: AnswerShape = { length: 0, suffix: "0a" };

/** Nothing but a trigger box leads to the stimulator: what is timed is its line. */
const PULSE_BOX: BenchDevice = {
  name: "pulse-box",
  simulated: { model: "pulse-box", body: { bootMs: 0, watchdogMs: 60_000 } },
  stimulator: ({ devicePath }) => ({
    driver: "trigger-only",
    port: "nowhere",
    trigger: { via: "box", driver: "pulse-box", port: devicePath, line: 1 },
    options: {
      modelName: "bench",
      intensityPctMso: POWER_PCT,
      waveform: "monophasic",
      coil: "bench",
      maxRateHz: 20,
    },
  }),
  plan: { ...ONE_PULSE, intervalMs: 100 },
  startHex: pulseLine(1),
  acknowledgement: {
    what: "the box's answer",
    instant: "acknowledgedMs",
    prepare: [match(LINE_OF_TEXT), say(toHex(sealLine(0, "?")))],
    answer: LINE_OF_TEXT,
    isUnasked: false,
    startHex: [pulseLine(1), pulseLine(2)],
  },
  byRts: false,
};

const RTS: BenchDevice = {
  ...magstim("magstim-200", "200", { refireLowMs: RECHARGE_MS }, MAGSTIM_PULSE),
  name: "rts",
  stimulator: ({ devicePath }) => ({
    driver: "magstim-200",
    port: devicePath,
    mains: 240,
    trigger: { via: "rts" },
  }),
  startHex: "01",
  acknowledgement: null,
  byRts: true,
};

export const BENCH_DEVICES: readonly BenchDevice[] = [
  magstim("magstim-super-rapid2", "rapid", { refireMs: RECHARGE_MS }, MAGSTIM_PULSE),
  magstim("magstim-200", "200", { refireLowMs: RECHARGE_MS }, MAGSTIM_PULSE),
  magstim(
    "magstim-bistim",
    "bistim",
    { pairRefireMs: PAIR_RECHARGE_MS },
    {
      ...ONE_PULSE,
      intervalMs: 220,
      shape: { kind: "pair", isiMs: 5 },
      intensityPctMso: [POWER_PCT, POWER_PCT],
    },
  ),
  MAGPRO,
  DUOMAG,
  PULSE_BOX,
  RTS,
];
