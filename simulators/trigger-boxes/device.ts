import { EMPTY, Subject } from "rxjs";
import type { LineEdge, SimulatedDevice, SimulatorOptions } from "../../src/contract/simulator.ts";
import { withFlippedBits, withoutByte } from "../common/answerFaults.ts";
import { createFaultSchedule } from "../common/faultSchedule.ts";
import { createLiving } from "../common/living.ts";
import { createOutgoing } from "../common/outgoing.ts";
import type { Box, BoxEffect, BoxInput } from "./box.ts";
import { type BoxFault, FAULTS, isAnswerFault, type TriggerBoxFault } from "./faults.ts";
import { createLineBank } from "./lineBank.ts";

/** What the `delay-answer` fault adds. */
const DELAY_FAULT_MS = 500;
/** Leaves no digit of a text answer a digit. */
const CORRUPTION = 0x55;

/** A box behind its cable. Faults of pulse N come after the Nth time that a line rose. */
export function createBoxDevice<Body>(box: Box<Body>, options: SimulatorOptions): SimulatedDevice {
  const { clock } = options;
  const edges = new Subject<LineEdge>();
  let rises = 0;
  const bank = createLineBank(
    box.lines,
    (edge) => edges.next(edge),
    (atMs) => {
      rises += 1;
      for (const fault of schedule.dueAtPulse(rises)) raise(fault, atMs);
    },
  );
  const outgoing = createOutgoing(clock, {
    seed: options.seed,
    purpose: "trigger-box-garbage",
    breakage: {
      cut: (answer) => withoutByte(answer, -1),
      corrupt: (answer) => withFlippedBits(answer, box.weakByte, CORRUPTION),
      delayMs: DELAY_FAULT_MS,
    },
  });
  const living = createLiving<Body, BoxInput, BoxEffect>({
    clock,
    initial: box.powerOn(clock.now()),
    step: (body, input, nowMs) => box.step(body, input, nowMs),
    next: (body) => box.next(body),
    judgesSilence: ({ kind }) => kind === "silence",
    onEffect: (effect, atMs) => {
      if (effect.kind === "say") outgoing.answer(effect.bytes);
      else if (outgoing.isPlugged) bank.set(effect.mask, atMs);
    },
  });
  const schedule = createFaultSchedule(clock, FAULTS, (fault) =>
    living.inPresent((nowMs) => raise(fault, nowMs)),
  );

  const ACTIONS: Readonly<Record<BoxFault, (atMs: number) => void>> = {
    garbage: () => outgoing.garbage(),
    silent: () => outgoing.mute(),
    unplug: (atMs) => {
      outgoing.unplug();
      living.apply({ kind: "reboot" }, atMs);
      bank.powerOff(atMs);
    },
    reboot: (atMs) => living.apply({ kind: "reboot" }, atMs),
    refuse: (atMs) => living.apply({ kind: "refuse-next" }, atMs),
    "stuck-line": () => bank.stickNext(),
    "dead-line": () => bank.die(),
  };

  function raise(fault: TriggerBoxFault, atMs: number): void {
    if (isAnswerFault(fault)) outgoing.spoilNext(fault);
    else ACTIONS[fault](atMs);
  }

  for (const order of options.faults) schedule.order(order);
  return {
    model: options.model,
    toHost$: outgoing.bytes$,
    discharges$: EMPTY,
    edges$: edges.asObservable(),
    unplugged$: outgoing.unplugged$,
    replug: outgoing.replug,
    fromHost: (bytes) => {
      if (!outgoing.isPlugged || bytes.length === 0) return;
      living.inPresent((nowMs) => living.apply({ kind: "bytes", bytes }, nowMs));
    },
    // None of these boxes is bought for an input that the host could see.
    trigger: () => undefined,
    fault: (order) => schedule.order(order),
    close: () => {
      schedule.close();
      living.close();
      outgoing.close();
      edges.complete();
    },
  };
}
