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
import type { Exchange } from "../link/inFlight.ts";
import { createLine, type Line } from "../link/line.ts";
import type { GoodAnswer } from "../wire/answers.ts";
import type { Command } from "../wire/commands.ts";
import { LATEST_MAJOR, type WireModel } from "../wire/dialect.ts";
import { sinkPct } from "./between.ts";
import { SINK_MS_PER_PCT } from "./figures.ts";
import { type DeviceEffect, type DeviceInput, type MachineRules, step } from "./machine.ts";
import { type DeviceState, initialState } from "./state.ts";
import { createTickets, type Ticket, type Tickets, unusable } from "./tickets.ts";
import { wordsOf } from "./troubles.ts";

/** Longest wait for an answer, ms: while armed two of them fit well into the device's own second. */
const ANSWER_ARMED_MS = 150;
/** The same in standby (`nigelrogasch/MAGIC`). */
const ANSWER_STANDBY_MS = 300;

export interface Core {
  readonly clock: LabClock;
  readonly line: Line;
  readonly tickets: Tickets;
  readonly status$: Observable<StimulatorStatus>;
  readonly events$: Observable<StimulatorEvent>;
  state(): DeviceState;
  apply(input: DeviceInput): void;
  answerTimeoutMs(): number;
  /** First part of the device's software version; the newest known before it was read. */
  major(): number;
  /** How answers are read from now on: lengths depend on the version, and a stranger may be there. */
  speak(wire: WireModel, major: number): void;
  /** A safe question; asked a second time when nothing comes back. */
  question(command: Command): Promise<Exchange>;
  /** A hazardous frame: never twice. */
  order(command: Command, words: string, permit: PermitLike, ticket: Ticket): Promise<GoodAnswer>;
  /** Power, mode, train and state, asked for and waited for. */
  readParameters(): Promise<StimulatorStatus>;
  readTemperature(): Promise<void>;
  /** Asks for the parameters once, without a verdict: the machine hears the answer. */
  pollParameters(): Promise<Exchange>;
  /** When the parameters were asked for last. */
  lastReadMs(): number;
  /** Capacitors began to sink at `fromMs` from what a device was set to. */
  sinkFrom(before: StimulatorStatus, nowPctMso: readonly number[], fromMs: number): void;
  /** When they have sunk to what was set last, at the latest. */
  sunkMs(): number;
  /** Throws when link or control forbid a hazardous frame. */
  requireUsable(): void;
}

export interface CoreParts extends Pick<DriverContext, "port" | "clock"> {
  readonly wire: WireModel;
  readonly rules: MachineRules;
  /** Told the state after every input. */
  onApplied(state: DeviceState): void;
}

export function createCore({ port, clock, wire, rules, onApplied }: CoreParts): Core {
  const status$ = new Subject<StimulatorStatus>();
  const events$ = new Subject<StimulatorEvent>();
  let state = initialState;
  let major = LATEST_MAJOR;
  let sunkMs = Number.NEGATIVE_INFINITY;

  const carryOut = (effect: DeviceEffect): void => {
    if (effect.kind === "status") status$.next(effect.status);
    else if (effect.kind === "event") events$.next(effect.event);
    // The answer reaches the machine like any other; without one the fault is told all the same.
    else if (hasErrorCode(wire))
      void asking.question({ command: "getErrorCode" }).catch(() => undefined);
  };
  const apply = (input: DeviceInput): void => {
    const stepped = step(state, input, rules);
    state = stepped.state;
    for (const effect of stepped.effects) carryOut(effect);
    onApplied(state);
  };
  const line = createLine({
    port,
    clock,
    dialect: { model: wire, major, highResolution: false },
    onAnswer: (answer, atMs) => apply({ kind: "answer", answer, atMs }),
    onJunk: (hex, why, atMs) => events$.next({ kind: "junk", hex, why, atMs }),
  });
  const asking = createAsking(line, clock, () => state);

  return {
    ...asking,
    clock,
    line,
    tickets: createTickets(() => state),
    status$: status$.asObservable(),
    events$: events$.asObservable(),
    state: () => state,
    apply,
    major: () => major,
    speak: (model, next) => {
      major = next;
      line.setDialect({ model, major, highResolution: false });
    },
    sinkFrom: ({ intensityPctMso }, nowPctMso, fromMs) => {
      // Added to what an interrupted order has left, since nobody knows how far that went.
      sunkMs =
        Math.max(sunkMs, fromMs) + SINK_MS_PER_PCT * sinkPct(intensityPctMso ?? [], nowPctMso);
    },
    sunkMs: () => sunkMs,
    requireUsable: () => {
      const error = unusable(state);
      if (error !== null) throw error;
    },
  };
}

/** The question for it is unknown to a 200² and a BiStim. */
function hasErrorCode(wire: WireModel): boolean {
  return wire === "rapid" || wire === "horizon";
}

type Asking = Pick<
  Core,
  | "answerTimeoutMs"
  | "question"
  | "order"
  | "readParameters"
  | "readTemperature"
  | "pollParameters"
  | "lastReadMs"
>;

function createAsking(line: Line, clock: LabClock, state: () => DeviceState): Asking {
  let lastReadMs = Number.NEGATIVE_INFINITY;
  const answerTimeoutMs = (): number =>
    state().wanted === "armed" ? ANSWER_ARMED_MS : ANSWER_STANDBY_MS;
  const question = async (command: Command): Promise<Exchange> => {
    const first = await line.ask(command, { timeoutMs: answerTimeoutMs() });
    return first.kind === "silent" ? line.ask(command, { timeoutMs: answerTimeoutMs() }) : first;
  };
  return {
    answerTimeoutMs,
    question,
    order: async (command, words, permit, ticket) =>
      requireGood(
        await line.ask(command, { timeoutMs: answerTimeoutMs(), permit, veto: ticket }),
        words,
      ),
    readParameters: async () => {
      lastReadMs = clock.now();
      const exchange = await question({ command: "getParameters" });
      requireGood(exchange, "reading the parameters");
      const { status } = state();
      if (status === null)
        throw new PulsetrainError(
          "DEVICE_WRONG_ANSWER",
          "reading the parameters: no status in the answer",
        );
      const asOfMs = exchange.kind === "answer" ? exchange.asOfMs : null;
      return asOfMs === null ? status : { ...status, atMs: Math.min(status.atMs, asOfMs) };
    },
    readTemperature: async () => {
      requireGood(await question({ command: "getTemperature" }), "reading the coil temperature");
    },
    pollParameters: () => {
      lastReadMs = clock.now();
      return line.ask({ command: "getParameters" }, { timeoutMs: answerTimeoutMs() });
    },
    lastReadMs: () => lastReadMs,
  };
}

/** Throws for a coil or an error that forbids arming. */
export function requireHealthy(state: DeviceState): void {
  const [trouble] = state.troubles;
  if (trouble === undefined) return;
  const { code, detail } = wordsOf(trouble);
  const fault = state.status?.fault ?? null;
  throw new PulsetrainError(code, fault === null ? detail : `${detail}: ${fault}`);
}
