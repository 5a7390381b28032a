import { Subject } from "rxjs";
import type {
  Discharge,
  SimulatedDevice,
  SimulatorOptions,
} from "../../../src/contract/simulator.ts";
import { encodeAnswer } from "../answers.ts";
import { createFaultSchedule } from "../faultSchedule.ts";
import type { MagstimFault } from "../faults.ts";
import { EMPTY_STREAM, type HostItem, pushHostBytes } from "../hostStream.ts";
import { createLineFaults } from "../lineFaults.ts";
import { createOutgoing } from "../outgoing.ts";
import { dataLengthOf } from "./commands.ts";
import { execute, isRefusable } from "./execute.ts";
import { figuresWith } from "./figures.ts";
import { createLivingBody } from "./livingBody.ts";
import { readBody } from "./reading.ts";
import { goodAnswer } from "./reply.ts";
import type { Unit } from "./step.ts";
import { type RapidType, rapidVariant } from "./variant.ts";

/** "A recent software version" of the Rapid group: the newest that open clients name. */
const DEFAULT_VERSION = "11.0";
const LETTER_BACKSLASH = 0x5c;

/** A Rapid unit behind its cable: body, codec and faults tied together on the injected clock. */
export function createRapidDevice(type: RapidType, options: SimulatorOptions): SimulatedDevice {
  const { clock } = options;
  const unit = unitOf(type, options);
  const { variant, figures } = unit;
  const splitting = { dataLength: dataLengthOf(variant), gapMs: figures.frameGapMs };
  const outgoing = createOutgoing(clock, figures.delayFaultMs);
  const discharges = new Subject<Discharge>();
  const living = createLivingBody(unit, clock, onDischarge);
  const lineFaults = createLineFaults(outgoing, options.seed, (atMs) =>
    encodeAnswer(goodAnswer(LETTER_BACKSLASH, readBody(unit, living.body, atMs), variant)),
  );
  const schedule = createFaultSchedule(clock, (fault) =>
    living.inPresent((nowMs) => raise(fault, nowMs)),
  );
  let incoming = EMPTY_STREAM;

  function onDischarge(discharge: Discharge): void {
    discharges.next(discharge);
    for (const fault of schedule.dueAtPulse(discharge.n)) raise(fault, discharge.atMs);
  }

  function raise(fault: MagstimFault, atMs: number): void {
    if (fault.at === "answer") outgoing.spoilNext(fault.fault);
    else if (fault.at === "line") lineFaults.raise(fault.fault, atMs);
    else living.apply({ kind: "fault", fault: fault.fault }, atMs);
  }

  function hear(item: HostItem, nowMs: number): void {
    if (item.kind === "unknown-command") return outgoing.answer(encodeAnswer(item));
    const refuse = lineFaults.refuses && isRefusable(item, variant);
    if (refuse) lineFaults.refused();
    const { body, answer, discharge } = execute(unit, living.body, item, nowMs, refuse);
    living.become(body, discharge);
    if (answer === null) return;
    const isLie = answer.kind === "version" && lineFaults.tellsWrongVersion;
    outgoing.answer(encodeAnswer(isLie ? { kind: "version", text: wrongVersion(unit) } : answer));
  }

  for (const order of options.faults) schedule.order(order);
  return {
    model: variant.model,
    toHost$: outgoing.bytes$,
    discharges$: discharges.asObservable(),
    unplugged$: outgoing.unplugged$,
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
    fault: (order) => schedule.order(order),
    close: () => {
      schedule.close();
      living.close();
      outgoing.close();
      discharges.complete();
    },
  };
}

function unitOf(type: RapidType, options: SimulatorOptions): Unit {
  const variant = rapidVariant({
    model: options.model,
    type,
    mains: options.mains,
    softwareVersion: options.softwareVersion ?? DEFAULT_VERSION,
    unlockCode: options.unlockCode,
  });
  return { variant, figures: figuresWith(options.body) };
}

/** From the other side of the border at which lengths change. */
function wrongVersion({ variant }: Unit): string {
  return variant.major >= 9 ? "V7.1" : "V9.0";
}
