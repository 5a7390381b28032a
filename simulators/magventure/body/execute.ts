import type { HostCommand } from "../wire/commands.ts";
import { PAGE_PROTOCOL, PAGE_TIMING } from "../wire/words.ts";
import { isBusy, isReady, type MagProBody } from "./body.ts";
import { answering, quietly, type Stepped } from "./inputs.ts";
import { isPageForHost, setAmplitude, showPage } from "./panelState.ts";
import { disable, enable } from "./standby.ts";
import { startSequence, startShot } from "./stimulate.ts";
import { ANSWERS, tellAmplitude, tellPage, tellSettings } from "./tell.ts";
import type { Unit } from "./unit.ts";
import { isPossible, withDelays, withSettings, withTrain } from "./writing.ts";

/** Queries of the three numbers that are in no document of the maker. */
const EXPERIMENTAL_QUERIES: readonly string[] = ["delays", "train", "page-and-counters"];

/** A command of the host is carried out and answered, if it has an answer. */
export function execute(
  unit: Unit,
  body: MagProBody,
  command: HostCommand,
  nowMs: number,
): Stepped {
  if (!isKnown(unit, command)) return quietly(body);
  if (body.refusals > 0 && isRefusable(command)) {
    return unchanged(unit, { ...body, refusals: body.refusals - 1 }, command);
  }
  switch (command.kind) {
    case "query":
      return answering(body, ANSWERS[command.what](unit, body));
    case "set-amplitude": {
      const pct = { a: command.a, b: command.b ?? body.amplitudePct.b };
      return setAmplitude(unit, body, pct, "answer");
    }
    case "enable":
      return enable(unit, body, "answer", nowMs);
    case "disable":
      return disable(unit, body, "answer");
    case "fire":
      // Not enabled, busy or not recharged: no pulse and no message.
      return isReady(body, nowMs) ? startShot(unit, body, "serial", nowMs) : quietly(body);
    case "start":
      return start(unit, body, nowMs);
    case "show-page":
      return isPageForHost(unit, command.page)
        ? showPage(unit, body, command.page, "answer")
        : answering(body, tellPage(unit, body));
    case "write-settings":
      return writeSettings(unit, body, command);
    case "write-train":
      return writeTrain(unit, body, command);
    case "write-delays": {
      const after = withDelays(unit, body, command.delays);
      return maybeAnswered(unit, after, command.form);
    }
  }
}

/** Whatever the timing control is (`L2K2/TMSEMG_toolbox`). */
function start(unit: Unit, body: MagProBody, nowMs: number): Stepped {
  if (!isReady(body, nowMs) || !hasSequence(body)) return quietly(body);
  const started = startSequence(unit, body, false, nowMs);
  return answering(started, tellPage(unit, started));
}

/** Does the page that is shown have something to run? */
export function hasSequence({ page }: MagProBody): boolean {
  return page === PAGE_TIMING || page === PAGE_PROTOCOL;
}

/** Not in the middle of a train, pair or burst (a choice). */
function writeSettings(
  unit: Unit,
  body: MagProBody,
  { settings }: Extract<HostCommand, { readonly kind: "write-settings" }>,
): Stepped {
  const isTaken = !isBusy(body) && isPossible(unit, settings);
  const after = isTaken ? withSettings(unit, body, settings) : body;
  return unit.figures.answersSettings > 0
    ? answering(after, tellSettings(unit, after))
    : quietly(after);
}

/** The documented form needs the Timing page (`L2K2/TMSEMG_toolbox`). */
function writeTrain(
  unit: Unit,
  body: MagProBody,
  command: Extract<HostCommand, { readonly kind: "write-train" }>,
): Stepped {
  if (command.form === "experimental") {
    return quietly(withTrain(unit, body, command.train, command.extras));
  }
  return body.page === PAGE_TIMING
    ? maybeAnswered(unit, withTrain(unit, body, command.train, null), command.form)
    : quietly(body);
}

function maybeAnswered(unit: Unit, body: MagProBody, form: "documented" | "experimental"): Stepped {
  const isAnswered = form === "documented" && unit.figures.answersTrainAndDelays > 0;
  return isAnswered ? answering(body, tellPage(unit, body)) : quietly(body);
}

function isKnown({ figures }: Unit, command: HostCommand): boolean {
  if (figures.knowsExperimental > 0) return true;
  if (command.kind === "query") return !EXPERIMENTAL_QUERIES.includes(command.what);
  return !("form" in command && command.form === "experimental");
}

/** Everything but queries and disabling, which no fault may keep from working. */
function isRefusable({ kind }: HostCommand): boolean {
  return kind !== "query" && kind !== "disable";
}

/** A refused change: the answer tells the present state, where there is an answer. */
function unchanged(unit: Unit, body: MagProBody, { kind }: HostCommand): Stepped {
  if (kind === "set-amplitude" || kind === "enable")
    return answering(body, tellAmplitude(unit, body));
  return kind === "show-page" ? answering(body, tellPage(unit, body)) : quietly(body);
}
