import { type Command, readCommand } from "./wire/commands.ts";

/** The box as its commands know it. */
export interface Box {
  readonly mode: "idle" | "live" | "simulated";
  readonly rateHz: number;
  /** Chosen inputs, A1 being 0, ascending. */
  readonly inputs: readonly number[];
  readonly threshold: number;
  readonly pwm: number;
  readonly o1: boolean;
  readonly o2: boolean;
  /** The next byte is the value of the PWM output. */
  readonly expectsPwm: boolean;
}

export type Effect = "tell-version" | "tell-status" | "start" | "stop";

export const HIGHEST_RATE_HZ = 1000;

export const AFTER_POWER_UP: Box = {
  mode: "idle",
  rateHz: HIGHEST_RATE_HZ,
  inputs: [],
  threshold: 0,
  pwm: 0,
  o1: false,
  o2: false,
  expectsPwm: false,
};

interface Step {
  readonly box: Box;
  readonly effect: Effect | null;
}

export function step(box: Box, byte: number): Step {
  if (box.expectsPwm) return { box: { ...box, pwm: byte, expectsPwm: false }, effect: null };
  const command = readCommand(byte, box.mode !== "idle");
  return command === null ? { box, effect: null } : carryOut(box, command);
}

function carryOut(box: Box, command: Command): Step {
  switch (command.kind) {
    case "version":
      return { box, effect: "tell-version" };
    case "status":
      return { box, effect: "tell-status" };
    case "rate":
      return { box: { ...box, rateHz: command.rateHz }, effect: null };
    case "threshold":
      return { box: { ...box, threshold: command.value }, effect: null };
    case "outputs":
      return { box: { ...box, o1: command.o1, o2: command.o2 }, effect: null };
    case "pwm":
      return { box: { ...box, expectsPwm: true }, effect: null };
    case "start":
      return { box: { ...box, mode: command.mode, inputs: command.inputs }, effect: "start" };
    case "stop":
      return { box: { ...box, mode: "idle" }, effect: "stop" };
  }
}
