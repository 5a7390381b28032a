/**
 * A few lines that answer like a Rapid of version 9, for tests of the driver: no physics, and every
 * answer can be replaced. Its bytes are put together here, not by the codec under test.
 */
import type { LabClock } from "../../../src/contract/time.ts";
import { createFakePort, type FakePort, PERMIT } from "./fakePort.ts";
import { bytesOf } from "./vectors.ts";

export interface Body {
  instr: number;
  rapid: number;
  power: number;
  frequency: number;
  pulses: number;
  duration: number;
  temperature: number;
  version: string;
  errorCode: string;
}

/** Answer in text without its checksum; null for silence; undefined for what the body says. */
export type Script = (command: string, body: Body) => string | Uint8Array | null | undefined;

export interface FakeRapid extends FakePort {
  readonly body: Body;
  /** Looks at every command before the body does. */
  script: Script;
  /** Milliseconds from arming or a pulse to ready. */
  readyAfterMs: number;
  /** Somebody else starts a pulse or a train, if the device is ready. */
  trigger(): void;
}

const STANDBY = 0x01;
const ARMED = 0x02;
const READY = 0x04;

export function createFakeRapid(clock: LabClock, unlockCode: string | null = null): FakeRapid {
  const body: Body = {
    instr: 0x09,
    rapid: 0x38,
    power: 30,
    frequency: 0,
    pulses: 1,
    duration: 0,
    temperature: 240,
    version: "V9.0",
    errorCode: "C12",
  };

  const state = (bits: number): void => {
    body.instr = (body.instr & ~0x07) | bits;
  };
  const char = String.fromCharCode;
  const pad = (value: number, width: number): string => String(value).padStart(width, "0");

  const recharge = (): void => {
    state(ARMED);
    clock.at(clock.now() + fake.readyAfterMs, () => {
      if ((body.instr & ARMED) !== 0 && (body.rapid & 0x06) === 0) state(READY);
    });
  };

  const runTrain = (): void => {
    state(ARMED);
    body.rapid |= 0x02;
    clock.at(clock.now() + body.duration * 100, () => {
      if ((body.rapid & 0x02) === 0) return;
      body.rapid = (body.rapid & ~0x02) | 0x04;
      clock.at(clock.now() + 500, () => {
        body.rapid &= ~0x04;
        if ((body.instr & ARMED) !== 0) state(READY);
      });
    });
  };

  const fire = (): void => ((body.rapid & 0x08) === 0 ? runTrain() : recharge());

  const trigger = (): void => {
    if ((body.instr & READY) !== 0) fire();
  };

  const setDuration = (tenths: number): void => {
    body.duration = tenths;
    body.rapid = tenths === 0 ? body.rapid | 0x08 : body.rapid & ~0x08;
  };

  /** What is said instead of a good answer; null for a good one. */
  const changeMode = (data: string): string | null => {
    if (data === "B" && (body.instr & STANDBY) === 0) return "ES";
    if (data === "H" && (body.instr & READY) === 0) return "ES";
    if (data === "A") state(STANDBY);
    if (data === "A") body.rapid &= ~0x06;
    if (data === "B") recharge();
    if (data === "H") fire();
    return null;
  };

  const parameters = (): string => {
    const [pulses, duration] = body.version.startsWith("V9") ? [5, 4] : [4, 3];
    return (
      pad(body.power, 3) +
      pad(body.frequency, 4) +
      pad(body.pulses, pulses) +
      pad(body.duration, duration) +
      pad(5, 4)
    );
  };

  /** The status in the answer is the one from before the command; `Q` and `R` show their effect. */
  const respond = (text: string): string | null => {
    const [command = "", data] = [text.charAt(0), text.slice(1)];
    const plain = command + char(body.instr);
    const rapid = plain + char(body.rapid);
    switch (command) {
      case "Q":
        if (unlockCode !== null && data !== unlockCode) return null;
        body.instr |= 0x80;
        return command + char(body.instr);
      case "R":
        state(STANDBY);
        body.instr &= 0x7f;
        return command + char(body.instr);
      case "E":
        return changeMode(data ?? "") ?? plain;
      case "@":
        body.power = Number(data);
        return plain;
      case "B":
        body.frequency = Number(data);
        return rapid;
      case "D":
        body.pulses = Number(data);
        return rapid;
      case "[":
        setDuration(Number(data));
        return rapid;
      case "_":
        body.rapid &= ~0x01;
        return rapid;
      case "N":
        return `N${body.version}\0`;
      case "F":
        return plain + pad(body.temperature, 3) + pad(body.temperature - 10, 3);
      case "I":
        return plain + body.errorCode;
      case "x":
        return `${rapid}\0\x01`;
      case "n":
        return rapid;
      case "o":
        return `${plain}0500`;
      case "\\":
        return rapid + parameters();
      default:
        return "?";
    }
  };

  const line = createFakePort(clock, (text) => {
    const scripted = fake.script(text, body);
    return scripted === undefined ? respond(text) : scripted;
  });
  const fake: FakeRapid = Object.assign(line, {
    body,
    script: () => undefined,
    readyAfterMs: 1000,
    trigger,
  });
  return fake;
}

export { bytesOf, PERMIT };
