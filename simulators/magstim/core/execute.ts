import type { Discharge } from "../../../src/contract/simulator.ts";
import type { Answer } from "../wire/answers.ts";
import { type FamilyBody, instrumentBits } from "./body.ts";
import type { Command } from "./commandTable.ts";
import type { Verdict } from "./inputs.ts";
import type { Machine } from "./machine.ts";

export interface HostFrame {
  readonly command: number;
  readonly data: readonly number[];
  readonly checksumOk: boolean;
}

export interface Executed<B> {
  readonly body: B;
  /** Null: silence. */
  readonly answer: Answer | null;
  readonly discharge: Discharge | null;
}

type Kind = { readonly kind: string };

/** One frame of the host, carried out and answered. `refuse` orders the answer `S` (a fault). */
export function execute<B extends FamilyBody, I extends Kind>(
  machine: Machine<B, I>,
  body: B,
  frame: HostFrame,
  nowMs: number,
  refuse: boolean,
): Executed<B> {
  const { command, data } = frame;
  if (!isIntact(machine, frame)) return unchanged(body, { kind: "bad-data", command });
  const lacksControl = !body.remote && machine.needsControl(command, data);
  if (lacksControl && machine.withoutControl === "silence") return unchanged(body, null);
  const decoded = machine.decode(command, data);
  if (decoded === "bad-data" || decoded === "out-of-range")
    return unchanged(body, refusal(machine, command, decoded));
  if (lacksControl || refuse || isDisarmRefused(machine, decoded))
    return unchanged(body, { kind: "conflict", command });
  return carryOut(machine, body, command, decoded, nowMs);
}

/** The `refuse` fault is for commands that change something; it must never hit a disarm. */
export function isRefusable<B extends FamilyBody, I extends Kind>(
  machine: Machine<B, I>,
  frame: HostFrame,
): boolean {
  const decoded = isIntact(machine, frame) ? machine.decode(frame.command, frame.data) : "bad-data";
  if (decoded === "bad-data" || decoded === "out-of-range" || decoded.kind !== "act") return false;
  return decoded.input.kind !== "disarm" && decoded.input.kind !== "give-up-control";
}

function isIntact<B extends FamilyBody, I extends Kind>(
  { unchecked }: Machine<B, I>,
  { command, checksumOk }: HostFrame,
): boolean {
  return checksumOk || unchecked.includes(command);
}

function isDisarmRefused<B extends FamilyBody, I extends Kind>(
  { choices }: Machine<B, I>,
  decoded: Command<I>,
): boolean {
  const isDisarm = decoded.kind === "act" && decoded.input.kind === "disarm";
  return isDisarm && choices.disarm === "refused";
}

function unchanged<B>(body: B, answer: Answer | null): Executed<B> {
  return { body, answer, discharge: null };
}

function refusal<B extends FamilyBody, I extends Kind>(
  { choices }: Machine<B, I>,
  command: number,
  why: Exclude<Verdict, "done"> | "bad-data",
): Answer {
  return { kind: why === "out-of-range" ? choices.outOfRange : why, command };
}

function carryOut<B extends FamilyBody, I extends Kind>(
  machine: Machine<B, I>,
  body: B,
  command: number,
  decoded: Command<I>,
  nowMs: number,
): Executed<B> {
  if (decoded.kind === "query") {
    const answer = machine.reply(command, instrumentBits(body, nowMs), body, nowMs);
    // The version answer carries no status, so it does not count as a sign of life.
    return unchanged(answer.kind === "status" ? heard(machine, body, nowMs) : body, answer);
  }
  if (decoded.kind === "take-control" && !machine.isCodeRight(decoded.code))
    return unchanged(body, null);
  const input =
    decoded.kind === "take-control" ? ({ kind: "take-control" } as const) : decoded.input;
  const { body: after, verdict, discharge } = machine.step(body, input, nowMs);
  if (verdict !== "done")
    return { body: after, answer: refusal(machine, command, verdict), discharge };
  return {
    body: heard(machine, after, nowMs),
    answer: replyTo(machine, command, input.kind, body, after, nowMs),
    discharge,
  };
}

function heard<B extends FamilyBody, I extends Kind>(
  machine: Machine<B, I>,
  body: B,
  nowMs: number,
): B {
  return machine.step(body, { kind: "heard" }, nowMs).body;
}

/**
 * The instrument status is the one from before the command took effect, except for `Q` and `R`;
 * whatever else the answer to a setter shows is from after it.
 */
function replyTo<B extends FamilyBody, I extends Kind>(
  machine: Machine<B, I>,
  command: number,
  kind: string,
  before: B,
  after: B,
  nowMs: number,
): Answer {
  const { choices } = machine;
  if (kind === "take-control")
    return machine.reply(command, instrumentBits(after, nowMs), after, nowMs);
  const instrument = instrumentBits(before, nowMs);
  if (kind === "give-up-control") {
    const shown =
      choices.releaseStatus === "before"
        ? { ...instrument, remote: false }
        : instrumentBits(after, nowMs);
    return machine.reply(command, shown, after, nowMs);
  }
  return machine.reply(command, instrument, choices.setterStatus === "old" ? before : after, nowMs);
}
