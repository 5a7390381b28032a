/**
 * What every part of the driver stands on: the line, the state of the machine and the streams.
 * The one place where messages reach the machine and its effects reach the outside.
 */
import { type Observable, Subject } from "rxjs";
import type {
  DriverContext,
  PermitLike,
  StimulatorEvent,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type Exchange, requireAnswer } from "../link/answers.ts";
import { createLine, type Line } from "../link/line.ts";
import type { Command, QueryName } from "../wire/commands.ts";
import { byteHex } from "../wire/frame.ts";
import { isKnown, type Message, type PulseReport } from "../wire/messages.ts";
import { isPairMode, type Known, pulsesTold } from "./known.ts";
import { INITIAL_STATE, type ProEffect, type ProInput, type ProState, step } from "./machine.ts";
import type { ProFacts } from "./options.ts";
import { createTickets, type Ticket, type Tickets, unusable } from "./tickets.ts";

/** Clients wait so long for an answer and ask once more, ms. */
export const ANSWER_MS = 1000;
/** A status that is younger than this stands for a new one while the line is busy with a question, ms. */
const RECENT_MS = 200;

export type Question = QueryName | "query settings";

export interface Core {
  readonly clock: LabClock;
  readonly facts: ProFacts;
  readonly line: Line;
  readonly tickets: Tickets;
  readonly status$: Observable<StimulatorStatus>;
  readonly events$: Observable<StimulatorEvent>;
  state(): ProState;
  known(): Known;
  apply(input: ProInput): void;
  /** Every message, after the machine has learnt from it and before anybody else hears of it. */
  onMessage(listener: (message: Message, atMs: number) => void): void;
  /** Who knows whether a report of a pulse belongs to a dose. */
  claimPulses(claim: (report: PulseReport, atMs: number) => boolean): void;
  /** Asked a second time when nothing comes back. */
  ask(question: Question): Promise<Exchange>;
  /** Asked once, without a verdict: the machine hears the answer. */
  poll(question: Question, timeoutMs: number): Promise<Exchange>;
  /** A hazardous frame: never twice. */
  order(command: Command, permit: PermitLike, ticket: Ticket): Promise<void>;
  /** The same with the answer that shows its effect; null when none came in time. */
  orderAndSee(
    command: Command,
    permit: PermitLike,
    ticket: Ticket,
    accept: (message: Message) => boolean,
  ): Promise<Exchange>;
  /** Asked for and waited for. */
  readStatus(): Promise<StimulatorStatus>;
  /** Throws when link or control forbid a hazardous frame. */
  requireUsable(): void;
}

export const questionOf = (what: Question): Command =>
  what === "query settings" ? { what, padded: false } : { what };

/** `onApplied` is told the state after every input. */
export function createCore(
  { port, clock }: Pick<DriverContext, "port" | "clock">,
  facts: ProFacts,
  onApplied: (state: ProState) => void,
): Core {
  const status$ = new Subject<StimulatorStatus>();
  const events$ = new Subject<StimulatorEvent>();
  let state = INITIAL_STATE;
  let claim: (report: PulseReport, atMs: number) => boolean = () => false;
  let listener: (message: Message, atMs: number) => void = () => undefined;

  const carryOut = (effect: ProEffect): void => {
    if (effect.kind === "status") status$.next(effect.status);
    else events$.next(effect.event);
  };
  const apply = (input: ProInput): void => {
    const stepped = step(state, input, facts.knownCoil);
    state = stepped.state;
    for (const effect of stepped.effects) carryOut(effect);
    onApplied(state);
  };
  const onMessage = (message: Message, atMs: number, asOfMs: number | null): void => {
    apply({ kind: "message", message, atMs, asOfMs });
    listener(message, atMs);
    if (isKnown(message)) {
      if (message.message === 2) tellPulse(message, atMs);
      return;
    }
    events$.next({
      kind: "junk",
      atMs,
      hex: byteHex(message.message),
      why: `message ${message.message}, which nobody has described`,
    });
  };
  const tellPulse = (report: PulseReport, atMs: number): void => {
    const didtAPerUs = isPairMode(report) ? [report.didtA, report.didtB] : [report.didtA];
    const expected = claim(report, atMs);
    const told = { kind: "pulse", atMs, expected, didtAPerUs } as const;
    events$.next(expected ? told : { ...told, pulses: pulsesTold(state.known, report) });
  };
  const line = createLine({
    port,
    clock,
    onMessage,
    onJunk: (hex, why, atMs) => events$.next({ kind: "junk", hex, why, atMs }),
  });

  return {
    ...createAsking(line, clock, () => state),
    clock,
    facts,
    line,
    tickets: createTickets(() => state),
    status$: status$.asObservable(),
    events$: events$.asObservable(),
    state: () => state,
    known: () => state.known,
    apply,
    onMessage: (next) => {
      listener = next;
    },
    claimPulses: (next) => {
      claim = next;
    },
    requireUsable: () => {
      const error = unusable(state);
      if (error !== null) throw error;
    },
  };
}

type Asking = Pick<Core, "ask" | "poll" | "order" | "orderAndSee" | "readStatus">;

function createAsking(line: Line, clock: LabClock, state: () => ProState): Asking {
  const ask = async (question: Question): Promise<Exchange> => {
    const first = await line.ask(questionOf(question), ANSWER_MS);
    return first.kind === "silent" ? line.ask(questionOf(question), ANSWER_MS) : first;
  };
  /** A poll that is on the line is this very question; one of another kind followed a status at once. */
  const waitingFor = async (): Promise<Exchange | "recent"> => {
    if (line.asking === 5)
      return line.next({ accept: ({ message }) => message === 5, timeoutMs: ANSWER_MS });
    const atMs = state().status?.atMs ?? Number.NEGATIVE_INFINITY;
    if (line.asking !== null && clock.now() - atMs <= RECENT_MS) return "recent";
    return ask("query long status");
  };
  return {
    ask,
    poll: (question, timeoutMs) => line.ask(questionOf(question), timeoutMs),
    order: async (command, permit, ticket) => {
      await line.order(command, { permit, veto: ticket }, null);
    },
    orderAndSee: async (command, permit, ticket, accept) => {
      const wait = { accept, timeoutMs: ANSWER_MS };
      const exchange = await line.order(command, { permit, veto: ticket }, wait);
      return exchange ?? { kind: "silent", atMs: clock.now(), heard: null };
    },
    readStatus: async () => {
      const waited = await waitingFor();
      if (waited !== "recent") requireAnswer(waited, "reading the status");
      const { status } = state();
      if (status === null)
        throw new PulsetrainError("DEVICE_WRONG_ANSWER", "reading the status: none in the answer");
      return status;
    },
  };
}
