import { Subject, type Subscription } from "rxjs";
import { orList } from "../../src/base/result.ts";
import type { Discharge, SimulatedDevice, SimulatorOptions } from "../../src/contract/simulator.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { withFlippedBits, withoutByte } from "../common/answerFaults.ts";
import { createFaultSchedule } from "../common/faultSchedule.ts";
import { figuresWith, numberOption, wordOption } from "../common/figures.ts";
import { createLiving } from "../common/living.ts";
import { createOutgoing, type Outgoing } from "../common/outgoing.ts";
import { type DuomagBody, type PairSetting, powerOn, type Unit } from "./body.ts";
import { COIL_WORDS, coilTypeOf } from "./coils.ts";
import { type DuomagFault, FAULTS, isAnswerFault, isBodyFault, type LineFault } from "./faults.ts";
import { DEFAULT_FIGURES, UNIT_KINDS } from "./figures.ts";
import { NOTHING_HEARD, pushHostBytes } from "./hostBytes.ts";
import type { BodyInput } from "./inputs.ts";
import { parsePanelOrder } from "./panel.ts";
import { readBody } from "./reading.ts";
import { encodeStatus, FRAME_LENGTHS } from "./statusFrame.ts";
import { nextOf, step } from "./step.ts";

/** Where a broken frame hurts most: B9, which tells `charged`. */
const PLACE_OF_CHARGED = 8;
/** `charged`, `idle time` and bits that nobody reads. */
const CORRUPTION = 0x55;

/** A DuoMAG unit behind its cable: body, codec and faults tied together on the injected clock. */
export function createDuomagDevice(options: SimulatorOptions): SimulatedDevice {
  const { clock } = options;
  const unit = unitOf(options);
  const discharges = new Subject<Discharge>();
  const outgoing = createOutgoing(clock, {
    seed: options.seed,
    purpose: "duomag-garbage",
    breakage: {
      cut: (frame) => withoutByte(frame, PLACE_OF_CHARGED),
      corrupt: (frame) => withFlippedBits(frame, PLACE_OF_CHARGED, CORRUPTION),
      delayMs: unit.figures.delayFaultMs,
    },
  });
  const living = createLiving<DuomagBody, BodyInput, Discharge>({
    clock,
    initial: powerOn(unit, clock.now()),
    step: (body, input, nowMs) => step(unit, body, input, nowMs),
    next: nextOf,
    onEffect: (discharge, atMs) => {
      discharges.next(discharge);
      for (const fault of schedule.dueAtPulse(discharge.n)) raise(fault, atMs);
    },
  });
  const schedule = createFaultSchedule(clock, FAULTS, (fault) =>
    living.inPresent((nowMs) => raise(fault, nowMs)),
  );
  const rhythm = createRhythm(clock, 1000 / unit.figures.framesPerS, () =>
    living.inPresent((nowMs) => tell(nowMs, outgoing.answer)),
  );
  let heard = NOTHING_HEARD;

  function tell(nowMs: number, send: Outgoing["answer"]): void {
    if (nowMs < living.body.awakeAtMs) return;
    const status = readBody(unit, living.body, nowMs);
    living.apply({ kind: "told", turn: status.changeIntensity }, nowMs);
    send(encodeStatus(status, unit.frameLength));
  }

  function raise(fault: DuomagFault, atMs: number): void {
    if (isAnswerFault(fault)) return outgoing.spoilNext(fault);
    // A unit that starts anew forgets what it half heard.
    if (fault === "reboot") heard = NOTHING_HEARD;
    if (isBodyFault(fault)) return living.apply({ kind: "fault", fault }, atMs);
    LINE_ACTIONS[fault](atMs);
  }

  const LINE_ACTIONS: Readonly<Record<LineFault, (atMs: number) => void>> = {
    garbage: () => outgoing.garbage(),
    unsolicited: (atMs) => tell(atMs, outgoing.blurt),
    silent: () => outgoing.mute(),
    unplug: () => outgoing.unplug(),
    refuse: (atMs) => living.apply({ kind: "refuse-next" }, atMs),
  };

  for (const order of options.faults) schedule.order(order);
  return {
    model: options.model,
    toHost$: outgoing.bytes$,
    discharges$: discharges.asObservable(),
    unplugged$: outgoing.unplugged$,
    replug: outgoing.replug,
    fromHost: (bytes) => {
      if (!outgoing.isPlugged || bytes.length === 0) return;
      living.inPresent((nowMs) => {
        if (nowMs < living.body.awakeAtMs) return;
        const pushed = pushHostBytes(heard, bytes);
        heard = pushed.state;
        living.apply({ kind: "heard" }, nowMs);
        for (const command of pushed.commands) living.apply({ kind: "command", command }, nowMs);
      });
    },
    trigger: () => living.inPresent((nowMs) => living.apply({ kind: "trigger" }, nowMs)),
    panel: (text) => {
      const order = parsePanelOrder(text, unit.kind);
      living.inPresent((nowMs) => living.apply({ kind: "panel", order }, nowMs));
    },
    fault: (order) => schedule.order(order),
    close: () => {
      schedule.close();
      rhythm.unsubscribe();
      living.close();
      outgoing.close();
      discharges.complete();
    },
  };
}

/** Work at every multiple of a period from now on; after a stall the missed ones are left out. */
function createRhythm(
  clock: LabClock,
  periodMs: number,
  beat: () => void,
): Pick<Subscription, "unsubscribe"> {
  const startMs = clock.now();
  let beats = 0;
  const next = (): Subscription => {
    beats = Math.max(beats + 1, Math.ceil((clock.now() - startMs) / periodMs));
    return clock.at(startMs + beats * periodMs, () => {
      waiting = next();
      beat();
    });
  };
  let waiting = next();
  return { unsubscribe: () => waiting.unsubscribe() };
}

/**
 * Free options: `variant` (mp, xt, mp-dual; the same word as in a rig file), `frameBytes` (12 to 15), `coil` (a type's name or number),
 * `pairIsiMs` and `pairSecondPct` (mp-dual: pairs from the start, as if set at the panel), `deviceIsiMs` (the same interval, in
 * the word of a rig file).
 */
function unitOf({ options, body }: SimulatorOptions): Unit {
  const kind = wordOption(options, "variant", UNIT_KINDS);
  const isiMs = numberOption(options, "pairIsiMs", { from: 1, to: 1000 }) ?? rigFileIsiMs(options);
  const secondPct = numberOption(options, "pairSecondPct", { from: 1, to: 100 });
  if (isiMs !== null && kind !== "mp-dual")
    throw new PulsetrainError("CLI_BAD_CALL", `pairIsiMs: variant ${kind} gives no pairs`);
  const pair: PairSetting | null = isiMs === null ? null : { isiMs, secondPct };
  const figures = figuresWith(DEFAULT_FIGURES[kind], body);
  if (figures.framesPerS === 0)
    throw new PulsetrainError("CLI_BAD_CALL", "figure framesPerS: 0; expected more");
  return {
    kind,
    figures,
    pair,
    coilType: coilOption(options),
    frameLength: numberOption(options, "frameBytes", FRAME_LENGTHS) ?? FRAME_LENGTHS.to,
  };
}

/** What the rig file says that the unit is set to: with in-process simulation it then is. */
function rigFileIsiMs(options: SimulatorOptions["options"]): number | null {
  const given = options?.["deviceIsiMs"];
  if (given === undefined || given === null) return null;
  if (typeof given === "number" && given >= 1 && given <= 1000) return given;
  throw new PulsetrainError("CLI_BAD_CALL", `deviceIsiMs ${String(given)}: expected 1 to 1000`);
}

function coilOption(options: SimulatorOptions["options"]): number {
  const word = String(options?.["coil"] ?? COIL_WORDS[0]);
  const type = coilTypeOf(word);
  if (type !== null) return type;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `coil ${word}: expected ${orList(COIL_WORDS)}, or a number`,
  );
}
