import type { Discharge } from "../../../src/contract/simulator.ts";
import type { Answer } from "../answers.ts";
import type { RapidBody } from "./body.ts";
import { decodeCommand, needsControl, type RapidCommand } from "./commands.ts";
import type { BodyInput } from "./inputs.ts";
import { readBody } from "./reading.ts";
import { goodAnswer, type Reading } from "./reply.ts";
import { step, type Unit } from "./step.ts";
import type { RapidVariant } from "./variant.ts";

export interface HostFrame {
  readonly command: number;
  readonly data: readonly number[];
  readonly checksumOk: boolean;
}

export interface Executed {
  readonly body: RapidBody;
  /** Null: silence. */
  readonly answer: Answer | null;
  readonly discharge: Discharge | null;
}

/** One frame of the host, carried out and answered. `refuse` orders the answer `S` (a fault). */
export function execute(
  unit: Unit,
  body: RapidBody,
  frame: HostFrame,
  nowMs: number,
  refuse: boolean,
): Executed {
  const { command, data } = frame;
  const badData: Answer = { kind: "bad-data", command };
  if (!frame.checksumOk) return unchanged(body, badData);
  const lacksControl = !body.remote && needsControl(command, data);
  // Without control the clients see silence on version 9 and later, and `S` before.
  if (lacksControl && unit.variant.major >= 9) return unchanged(body, null);
  const decoded = decodeCommand(command, data, unit.variant);
  if (decoded === null) return unchanged(body, badData);
  if (lacksControl || refuse) return unchanged(body, { kind: "conflict", command });
  return carryOut(unit, body, command, decoded, nowMs);
}

/** The `refuse` fault is for commands that change something; it must never hit a disarm. */
export function isRefusable(frame: HostFrame, variant: RapidVariant): boolean {
  const decoded = frame.checksumOk ? decodeCommand(frame.command, frame.data, variant) : null;
  return (
    decoded?.kind === "act" &&
    decoded.input.kind !== "disarm" &&
    decoded.input.kind !== "give-up-control"
  );
}

function unchanged(body: RapidBody, answer: Answer | null): Executed {
  return { body, answer, discharge: null };
}

function carryOut(
  unit: Unit,
  body: RapidBody,
  command: number,
  decoded: RapidCommand,
  nowMs: number,
): Executed {
  const before = readBody(unit, body, nowMs);
  if (decoded.kind === "query") {
    // The version answer carries no status, so it does not count as a sign of life.
    const after = decoded.what === "version" ? body : heard(unit, body, nowMs);
    return unchanged(after, goodAnswer(command, before, unit.variant));
  }
  if (decoded.kind === "take-control" && !isCodeRight(decoded.code, unit.variant))
    return unchanged(body, null);
  const input: BodyInput =
    decoded.kind === "take-control" ? { kind: "take-control" } : decoded.input;
  const { body: after, verdict, discharge } = step(unit, body, input, nowMs);
  if (verdict !== "done") return unchanged(body, { kind: verdict, command });
  const shown = shownIn(input, before, readBody(unit, after, nowMs));
  return {
    body: heard(unit, after, nowMs),
    answer: goodAnswer(command, shown, unit.variant),
    discharge,
  };
}

function heard(unit: Unit, body: RapidBody, nowMs: number): RapidBody {
  return step(unit, body, { kind: "heard" }, nowMs).body;
}

/** A wrong or missing code gets no answer; a unit without a code takes the padding byte and any code. */
function isCodeRight(code: string | null, { unlockCode }: RapidVariant): boolean {
  return unlockCode === null || code === unlockCode;
}

/**
 * The instrument status is the one from before the command took effect, except for `Q` and `R`;
 * the rapid and extended ones of a setter are those from after it.
 */
function shownIn(input: BodyInput, before: Reading, after: Reading): Reading {
  const isControl = input.kind === "take-control" || input.kind === "give-up-control";
  return isControl ? after : { ...after, instrument: before.instrument };
}
