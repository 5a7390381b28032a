import { Subject } from "rxjs";
import { createRandom } from "../../src/base/random.ts";
import type { Discharge, SimulatedDevice, SimulatorOptions } from "../../src/contract/simulator.ts";
import { createFaultSchedule } from "../common/faultSchedule.ts";
import { didtOf, presentPct } from "./body/amplitude.ts";
import type { Effect } from "./body/inputs.ts";
import { MODEL_COUNT } from "./body/models.ts";
import { unitOf } from "./body/options.ts";
import { tellLongStatus, tellPulse } from "./body/tell.ts";
import { FAULTS, type MagProFaultKind, placed } from "./line/faults.ts";
import { createIncoming } from "./line/incoming.ts";
import { createOutgoing } from "./line/outgoing.ts";
import { createTalking } from "./line/talking.ts";
import { createLivingBody } from "./livingBody.ts";
import { requireTurnable } from "./panel/check.ts";
import { parseOrder } from "./panel/parse.ts";
import { decodeCommand } from "./wire/commands.ts";

/** A MagPro behind its cable: body, codec and faults tied together on the injected clock. */
export function createMagPro(options: SimulatorOptions): SimulatedDevice {
  const { clock } = options;
  const unit = unitOf(options);
  const { figures, model } = unit;
  const random = createRandom(options.seed, "magventure-answers");
  const discharges = new Subject<Discharge>();
  const outgoing = createOutgoing(clock, figures);
  const living = createLivingBody(unit, clock, onEffect);
  const talking = createTalking(outgoing, options.seed, {
    modelCount: MODEL_COUNT,
    longStatus: () => tellLongStatus(unit, living.body),
    pulseReport: () => {
      const a = didtOf(figures, living.body.setup.waveform, presentPct(unit, living.body).a);
      return tellPulse(unit, living.body, { a, b: 0 });
    },
  });
  const schedule = createFaultSchedule(clock, FAULTS, (fault) =>
    living.inPresent((nowMs) => raise(fault, nowMs)),
  );
  const incoming = createIncoming(clock, figures.frameGapMs, (body) => {
    const command = decodeCommand(body);
    if (command === null) return;
    const delayMs = random.between(figures.minAnswerMs, figures.maxAnswerMs);
    living.inPresent((nowMs) => living.apply({ kind: "heard", command, delayMs }, nowMs));
  });

  function onEffect(effect: Effect, atMs: number): void {
    if (effect.kind === "tell") return talking.tell(effect.message, effect.role);
    discharges.next(effect.discharge);
    for (const fault of schedule.dueAtPulse(effect.discharge.n)) raise(fault, atMs);
  }

  function raise(kind: MagProFaultKind, atMs: number): void {
    const fault = placed(kind);
    if (fault.at === "answer") outgoing.spoilNext(fault.fault);
    else if (fault.at === "line") talking.raise(fault.fault);
    else living.apply({ kind: "fault", fault: fault.fault }, atMs);
  }

  for (const order of options.faults) schedule.order(order);
  return {
    model: model.name,
    toHost$: outgoing.bytes$,
    discharges$: discharges.asObservable(),
    unplugged$: outgoing.unplugged$,
    replug: outgoing.replug,
    fromHost: (bytes) => {
      if (outgoing.isPlugged) incoming.push(bytes);
    },
    trigger: () => living.inPresent((nowMs) => living.apply({ kind: "edge" }, nowMs)),
    panel: (text) => {
      const order = parseOrder(text);
      requireTurnable(unit, living.body, order);
      living.inPresent((nowMs) => living.apply({ kind: "hand", order }, nowMs));
    },
    fault: (order) => schedule.order(order),
    close: () => {
      schedule.close();
      incoming.close();
      living.close();
      outgoing.close();
      discharges.complete();
    },
  };
}
