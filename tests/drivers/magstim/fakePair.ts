/**
 * A few lines that answer like a 200² or a BiStim², for tests of the drivers: no physics, and every
 * answer can be replaced. Its bytes are put together here, not by the codec under test.
 */
import type { LabClock } from "../../../src/contract/time.ts";
import { createFakePort, type FakePort } from "./fakePort.ts";

export interface PairBody {
  instr: number;
  powerA: number;
  powerB: number;
  /** The three digits. */
  interval: number;
  /** What `X` tells; null: the device does not know the question. */
  mode: string | null;
  temperature: number;
}

export type PairScript = (
  command: string,
  body: PairBody,
) => string | Uint8Array | null | undefined;

export interface FakePair extends FakePort {
  readonly body: PairBody;
  /** Looks at every command before the body does. */
  script: PairScript;
  /** Milliseconds from arming or a pulse to ready. */
  readyAfterMs: number;
  /** Instants of all starts. */
  readonly starts: number[];
  /** Somebody else's trigger: starts the device if it is ready. */
  trigger(): void;
}

const STANDBY = 0x01;
const ARMED = 0x02;
const READY = 0x04;

export function createFakePair(clock: LabClock, model: "200" | "bistim"): FakePair {
  const isBistim = model === "bistim";
  const body: PairBody = {
    instr: 0x09,
    powerA: 30,
    powerB: isBistim ? 30 : 0,
    interval: isBistim ? 10 : 0,
    mode: isBistim ? "2" : null,
    temperature: 240,
  };
  const starts: number[] = [];
  let charges = 0;

  const state = (bits: number): void => {
    body.instr = (body.instr & ~0x07) | bits;
  };
  const recharge = (): void => {
    state(ARMED);
    charges += 1;
    const mine = charges;
    clock.at(clock.now() + fake.readyAfterMs, () => {
      if (mine === charges && (body.instr & ARMED) !== 0) state(READY);
    });
  };
  const fire = (): void => {
    starts.push(clock.now());
    recharge();
  };
  const trigger = (): void => {
    if ((body.instr & READY) !== 0) fire();
  };

  const changeMode = (data: string): string | null => {
    if (data === "B" && (body.instr & STANDBY) === 0) return "ES";
    if (data === "H" && (body.instr & READY) === 0) return "ES";
    if (data === "A") state(STANDBY);
    if (data === "B") recharge();
    if (data === "H") fire();
    return null;
  };
  const resolution = (mode: string, plain: string): string => {
    if (body.mode !== null) body.mode = mode;
    body.interval = 10;
    return plain;
  };
  const setInterval = (digits: string, plain: string): string => {
    body.interval = Number(digits);
    if (body.mode === "1" && body.interval > 0) body.mode = "2";
    if (body.mode !== null && body.interval === 0) body.mode = "1";
    return plain;
  };

  const pad = (value: number): string => String(value).padStart(3, "0");

  const pairAnswer = (command: string, data: string, plain: string): string => {
    switch (command) {
      case "A":
        body.powerB = Number(data);
        return plain;
      case "C":
        return setInterval(data, plain);
      case "Y":
        return resolution("4", plain);
      case "Z":
        return resolution("2", plain);
      default:
        return command === "X" && body.mode !== null ? plain + body.mode : "?";
    }
  };

  /** The status in the answer is the one from before the command; `Q` and `R` show their effect. */
  const respond = (text: string): string | null => {
    const [command, data] = [text.charAt(0), text.slice(1)];
    const plain = command + String.fromCharCode(body.instr);
    switch (command) {
      case "Q":
        body.instr |= 0x80;
        return command + String.fromCharCode(body.instr);
      case "R":
        state(STANDBY);
        body.instr &= 0x7f;
        return command + String.fromCharCode(body.instr);
      case "E":
        return changeMode(data) ?? plain;
      case "@":
        body.powerA = Number(data);
        return plain;
      case "F":
        return plain + pad(body.temperature) + pad(body.temperature - 10);
      case "J":
        return plain + pad(body.powerA) + pad(body.powerB) + pad(body.interval);
      default:
        return isBistim ? pairAnswer(command, data, plain) : "?";
    }
  };

  const line = createFakePort(clock, (text) => {
    const scripted = fake.script(text, body);
    return scripted === undefined ? respond(text) : scripted;
  });
  const fake: FakePair = Object.assign(line, {
    body,
    script: () => undefined,
    readyAfterMs: 1000,
    starts,
    trigger,
  });
  return fake;
}
