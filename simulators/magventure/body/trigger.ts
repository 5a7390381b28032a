import { isReady, type MagProBody } from "./body.ts";
import { hasSequence } from "./execute.ts";
import { news, quietly, type Stepped } from "./inputs.ts";
import { resumedAt } from "./sequence.ts";
import { startSequence, startShot } from "./stimulate.ts";
import { tellPage } from "./tell.ts";
import type { Unit } from "./unit.ts";

/** More edges than these do not wait. */
const MOST_EDGES = 64;

/** A rising edge on the trigger input; it takes effect after the input delay. */
export function edgeArrived(body: MagProBody, nowMs: number): Stepped {
  if (!body.isEnabled || body.edgesDueMs.length >= MOST_EDGES) return quietly(body);
  const dueMs = nowMs + body.delays.inputTenthsMs / 10;
  // The delay may have become shorter meanwhile.
  const edgesDueMs = [...body.edgesDueMs, dueMs].sort((one, other) => one - other);
  return quietly({ ...body, edgesDueMs });
}

/**
 * What an edge does is read out of the names of the timing controls: no source describes it. On
 * every page External Trig gives one pulse, pair or burst an edge; Ext Seq. Start begins what the
 * page has ready, and Ext Seq. Cont one train of it an edge; Sequence does not listen.
 */
export function edgeDue(unit: Unit, before: MagProBody, nowMs: number): Stepped {
  const body = { ...before, edgesDueMs: before.edgesDueMs.slice(1) };
  switch (body.train.timingControl) {
    case "sequence":
      return unit.figures.triggerInSequence > 0 ? oneStart(unit, body, nowMs) : quietly(body);
    case "external":
      return oneStart(unit, body, nowMs);
    case "external-start":
      return beginning(unit, body, false, nowMs);
    case "external-cont":
      return body.sequence === null
        ? beginning(unit, body, true, nowMs)
        : quietly({ ...body, sequence: resumedAt(body.sequence, nowMs) });
  }
}

function oneStart(unit: Unit, body: MagProBody, nowMs: number): Stepped {
  return isReady(body, nowMs) ? startShot(unit, body, "trigger", nowMs) : quietly(body);
}

function beginning(unit: Unit, body: MagProBody, isPerEdge: boolean, nowMs: number): Stepped {
  if (!isReady(body, nowMs) || !hasSequence(body)) return quietly(body);
  const started = startSequence(unit, body, isPerEdge, nowMs);
  return news(started, tellPage(unit, started));
}
