/**
 * What every part of the driver stands on: the line, the state of the machine and the streams.
 * The one place where answers reach the machine and its effects reach the outside.
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
import { requireGood } from "../link/exchanges.ts";
import { createLine, type Exchange, type Line } from "../link/line.ts";
import type { GoodAnswer } from "../wire/answers.ts";
import type { Command } from "../wire/commands.ts";
import { LATEST_MAJOR } from "../wire/dialect.ts";
import { initialState, type RapidInput, type RapidState, step, wordsOf } from "./machine.ts";

/** Longest wait for an answer, ms: while armed two of them fit well into the device's own second. */
const ANSWER_ARMED_MS = 150;
/** The same in standby (`nigelrogasch/MAGIC`). */
const ANSWER_STANDBY_MS = 300;

/** Leave of a sequence of hazardous frames to go on; a disarm takes back all that were given. */
export type Ticket = () => PulsetrainError | null;

export interface Core {
  readonly clock: LabClock;
  readonly line: Line;
  readonly status$: Observable<StimulatorStatus>;
  readonly events$: Observable<StimulatorEvent>;
  state(): RapidState;
  apply(input: RapidInput): void;
  answerTimeoutMs(): number;
  /** First part of the device's software version; the newest known before it was read. */
  major(): number;
  setMajor(major: number): void;
  /** A safe question; asked a second time when nothing comes back. */
  question(command: Command): Promise<Exchange>;
  /** A hazardous frame: never twice. */
  order(command: Command, words: string, permit: PermitLike, ticket: Ticket): Promise<GoodAnswer>;
  /** Power, mode, train and state, asked for and waited for. */
  readParameters(): Promise<StimulatorStatus>;
  readTemperature(): Promise<void>;
  /** The same question once, without a verdict: the machine hears the answer. */
  pollParameters(): Promise<Exchange>;
  /** When the parameters were asked for last. */
  lastReadMs(): number;
  ticket(): Ticket;
  takeBackTickets(why: string): void;
  /** Throws when link, control or coil forbid a hazardous frame. */
  requireUsable(): void;
  /** Ends the streams of the line; the state stays readable. */
  end(detail: string): void;
}

export function createCore({ port, clock }: Pick<DriverContext, "port" | "clock">, onApplied: (state: RapidState) => void): Core {
  const status$ = new Subject<StimulatorStatus>();
  const events$ = new Subject<StimulatorEvent>();
  let state = initialState;
  let major = LATEST_MAJOR;
  let lastReadMs = Number.NEGATIVE_INFINITY;
  let generation = 0;
  let takenBack = "";

  const apply = (input: RapidInput): void => {
    const stepped = step(state, input);
    state = stepped.state;
    for (const effect of stepped.effects) {
      if (effect.kind === "status") status$.next(effect.status);
      else if (effect.kind === "event") events$.next(effect.event);
      // The answer reaches the machine like any other; none is no harm, the fault is told already.
      else void question({ command: "getErrorCode" }).catch(() => undefined);
    }
    onApplied(state);
  };

  const line = createLine({
    port,
    clock,
    dialect: { model: "rapid", major, highResolution: false },
    onAnswer: (answer, atMs) => apply({ kind: "answer", answer, atMs }),
    onJunk: (hex, why, atMs) => events$.next({ kind: "junk", hex, why, atMs }),
  });

  const answerTimeoutMs = (): number => (state.wanted === "armed" ? ANSWER_ARMED_MS : ANSWER_STANDBY_MS);

  const question = async (command: Command): Promise<Exchange> => {
    const first = await line.ask(command, { timeoutMs: answerTimeoutMs() });
    return first.kind === "silent" ? line.ask(command, { timeoutMs: answerTimeoutMs() }) : first;
  };

  const requireUsable = (): void => {
    const error = unusable(state);
    if (error !== null) throw error;
  };

  const readParameters = async (): Promise<StimulatorStatus> => {
    lastReadMs = clock.now();
    requireGood(await question({ command: "getParameters" }), "reading the parameters");
    if (state.status === null) throw new PulsetrainError("DEVICE_WRONG_ANSWER", "reading the parameters: no status in the answer");
    return state.status;
  };

  return {
    clock,
    line,
    status$: status$.asObservable(),
    events$: events$.asObservable(),
    state: () => state,
    apply,
    answerTimeoutMs,
    major: () => major,
    setMajor: (next) => {
      major = next;
      line.setDialect({ model: "rapid", major, highResolution: false });
    },
    question,
    order: async (command, words, permit, ticket) =>
      requireGood(await line.ask(command, { timeoutMs: answerTimeoutMs(), permit, veto: ticket }), words),
    readParameters,
    readTemperature: async () => {
      requireGood(await question({ command: "getTemperature" }), "reading the coil temperature");
    },
    pollParameters: () => {
      lastReadMs = clock.now();
      return line.ask({ command: "getParameters" }, { timeoutMs: answerTimeoutMs() });
    },
    lastReadMs: () => lastReadMs,
    ticket: () => {
      const mine = generation;
      return () =>
        mine === generation ? unusable(state) : new PulsetrainError("DEVICE_CONFLICT", `disarmed meanwhile: ${takenBack}`);
    },
    takeBackTickets: (why) => {
      generation += 1;
      takenBack = why;
    },
    requireUsable,
    end: (detail) => line.end(detail),
  };
}

/** Why no hazardous frame may leave; null when it may. */
function unusable({ link, control }: RapidState): PulsetrainError | null {
  if (link === "lost") return new PulsetrainError("PORT_LOST", "the link was lost; a new driver must probe the device");
  if (link !== "open") return new PulsetrainError("PORT_NOT_OPEN", "not connected");
  if (control !== "held") return new PulsetrainError("DEVICE_CONTROL_LOST", "remote control is not held");
  return null;
}

/** Throws for a coil or an error that forbids arming. */
export function requireHealthy(state: RapidState): void {
  for (const trouble of state.troubles) {
    const { code, detail } = wordsOf(trouble);
    const fault = state.status?.fault ?? null;
    throw new PulsetrainError(code, fault === null ? detail : `${detail}: ${fault}`);
  }
}
