import { Subject } from "rxjs";
import type {
  Discharge,
  SimulatedDevice,
  SimulatorOptions,
} from "../../../src/contract/simulator.ts";
import { createFaultSchedule } from "../line/faultSchedule.ts";
import { FAULT_KINDS, type MagstimFault } from "../line/faults.ts";
import { createLineFaults } from "../line/lineFaults.ts";
import { createOutgoing } from "../line/outgoing.ts";
import { type Answer, encodeAnswer } from "../wire/answers.ts";
import { EMPTY_STREAM, type HostItem, pushHostBytes } from "../wire/hostStream.ts";
import { type FamilyBody, instrumentBits } from "./body.ts";
import { execute, isRefusable } from "./execute.ts";
import { createLivingBody } from "./livingBody.ts";
import type { Machine } from "./machine.ts";
import { isLockable, panelInput } from "./panel.ts";

/** A unit behind its cable: body, codec and faults tied together on the injected clock. */
export function createDevice<B extends FamilyBody, I extends { readonly kind: string }>(
  machine: Machine<B, I>,
  options: SimulatorOptions,
): SimulatedDevice {
  const { clock } = options;
  const { figures, dataLength } = machine;
  const splitting = { dataLength, gapMs: figures.frameGapMs };
  const outgoing = createOutgoing(clock, figures.delayFaultMs);
  const discharges = new Subject<Discharge>();
  const living = createLivingBody(machine, clock, onDischarge);
  const lineFaults = createLineFaults(outgoing, options.seed, unasked);
  const schedule = createFaultSchedule(
    clock,
    FAULT_KINDS.filter((kind) => !machine.lacksFaults.includes(kind)),
    (fault) => living.inPresent((nowMs) => raise(fault, nowMs)),
  );
  let incoming = EMPTY_STREAM;

  function unasked(atMs: number): Uint8Array {
    const { body } = living;
    const bits = instrumentBits(body, atMs);
    return encodeAnswer(machine.reply(machine.statusCommand, bits, body, atMs));
  }

  function onDischarge(discharge: Discharge): void {
    discharges.next(discharge);
    for (const fault of schedule.dueAtPulse(discharge.n)) raise(fault, discharge.atMs);
  }

  function raise(fault: MagstimFault, atMs: number): void {
    if (fault.at === "answer") outgoing.spoilNext(fault.fault);
    else if (fault.at === "line") lineFaults.raise(fault.fault, atMs);
    else if (fault.fault !== "jam-train") living.apply({ kind: "fault", fault: fault.fault }, atMs);
    else if (machine.jam !== null) living.apply(machine.jam, atMs);
  }

  function hear(item: HostItem, nowMs: number): void {
    if (item.kind === "unknown-command") return outgoing.answer(encodeAnswer(item));
    const refuse = lineFaults.refuses && isRefusable(machine, item);
    if (refuse) lineFaults.refused();
    const { body, answer, discharge } = execute(machine, living.body, item, nowMs, refuse);
    living.become(body, discharge);
    if (answer !== null) outgoing.answer(encodeAnswer(told(answer)));
  }

  function told(answer: Answer): Answer {
    const { otherVersion } = machine;
    const isLie = answer.kind === "version" && lineFaults.tellsWrongVersion;
    return isLie && otherVersion !== null ? { kind: "version", text: otherVersion } : answer;
  }

  for (const order of options.faults) schedule.order(order);
  return {
    model: machine.model,
    toHost$: outgoing.bytes$,
    discharges$: discharges.asObservable(),
    unplugged$: outgoing.unplugged$,
    replug: outgoing.replug,
    fromHost: (bytes) => {
      if (!outgoing.isPlugged) return;
      living.inPresent((nowMs) => {
        const pushed = pushHostBytes(incoming, bytes, nowMs, splitting);
        incoming = pushed.stream;
        for (const item of pushed.items) hear(item, nowMs);
      });
    },
    trigger: () =>
      living.inPresent((nowMs) => living.apply({ kind: "fire", cause: "trigger" }, nowMs)),
    panel: (order) => {
      const input = panelInput(order, machine.panelOrders);
      living.inPresent((nowMs) => {
        const isLocked = machine.choices.panel === "locked" && living.body.remote;
        if (!isLocked || !isLockable(input)) living.apply(input, nowMs);
      });
    },
    fault: (order) => schedule.order(order),
    close: () => {
      schedule.close();
      living.close();
      outgoing.close();
      discharges.complete();
    },
  };
}
