/**
 * What came of one dose, told from the answers after its bytes. Pure. When in doubt the outcome is
 * `unknown`, which counts as delivered.
 */
import type { Delivery, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import type { Exchange } from "../link/inFlight.ts";

/** A dose on its way. */
export interface Watch {
  readonly writtenMs: number;
  /** Null for a pulse or a pair; else how long the train lasts and the time between its pulses, ms. */
  readonly train: { readonly durationMs: number; readonly periodMs: number } | null;
  /** From the first pulse of a pair to the second, ms; 0 for a pulse. */
  readonly isiMs: number;
  /** `trigger`: the start left by another way than the wire, and nothing answers it. */
  readonly by: "wire" | "trigger";
  readonly acknowledgedMs: number | null;
  /** The train bit was seen set. */
  readonly sawTrain: boolean;
  /** The last instant at which the device was seen busy with the dose. */
  readonly lastBusyMs: number | null;
}

export type WatchInput =
  | { readonly kind: "acknowledged"; readonly exchange: Exchange }
  | { readonly kind: "status"; readonly status: StimulatorStatus }
  | { readonly kind: "interrupted"; readonly detail: string };

export interface Settled {
  readonly outcome: Delivery["outcome"];
  readonly detail: string;
  readonly deviceReportedMs: number | null;
}

export interface Watched {
  readonly watch: Watch;
  /** Null: not known yet. */
  readonly settled: Settled | null;
}

/** After a pulse the device recharges for a second; so long it must be seen armed. */
const PULSE_SEEN_WITHIN_MS = 400;
/** A train may end this much beside its time and still be the one that was set, ms: two polls and an answer. */
const TRAIN_END_SLACK_MS = 500;
/** A train that runs on for longer than this is not the one that was set, ms. */
const TRAIN_OVERRUN_MS = 1000;
/** A train must show within this time of its start, ms; the wait after it lasts at least 500. */
const TRAIN_SEEN_WITHIN_MS = 1000;

export function startWatch(
  writtenMs: number,
  train: { readonly pulses: number; readonly frequencyHz: number } | null,
  { isiMs = 0, by = "wire" }: Partial<Pick<Watch, "isiMs" | "by">> = {},
): Watch {
  const periodMs = train === null ? 0 : 1000 / train.frequencyHz;
  return {
    writtenMs,
    train: train === null ? null : { durationMs: train.pulses * periodMs, periodMs },
    isiMs,
    by,
    acknowledgedMs: null,
    sawTrain: false,
    lastBusyMs: null,
  };
}

export function stepWatch(watch: Watch, input: WatchInput): Watched {
  switch (input.kind) {
    case "interrupted":
      return settle(watch, "unknown", input.detail, null);
    case "acknowledged":
      return acknowledge(watch, input.exchange);
    case "status":
      return watch.train === null
        ? watchPulse(watch, input.status)
        : watchTrain(watch, watch.train, input.status);
  }
}

function settle(
  watch: Watch,
  outcome: Settled["outcome"],
  detail: string,
  deviceReportedMs: number | null,
): Watched {
  return { watch, settled: { outcome, detail, deviceReportedMs } };
}

function acknowledge(watch: Watch, exchange: Exchange): Watched {
  if (exchange.kind === "silent")
    return settle(watch, "unknown", "no answer to the fire command", null);
  if (exchange.kind === "lost")
    return settle(watch, "unknown", `the link ended before the answer: ${exchange.detail}`, null);
  const { answer, atMs } = exchange;
  const acknowledged = { ...watch, acknowledgedMs: atMs };
  // The lone `?` has no checksum: too little to call a dose not delivered.
  if (answer.kind === "refusal" && answer.error === "unknown command") {
    return settle(acknowledged, "unknown", "answered with a lone question mark", null);
  }
  if (answer.kind === "refusal")
    return settle(acknowledged, "refused-by-device", `the device refused: ${answer.error}`, null);
  if (answer.kind === "version" || answer.instr.ready === 0) {
    return settle(acknowledged, "unknown", "acknowledged without having been ready", null);
  }
  return { watch: acknowledged, settled: null };
}

/** A pair is over with its second pulse, and a device that was disarmed between the two gave one. */
function watchPulse(watch: Watch, status: StimulatorStatus): Watched {
  const started = STARTED[watch.by];
  const sinceLastMs = status.atMs - watch.writtenMs - watch.isiMs;
  if (status.state === "standby")
    return settle(watch, "unknown", `${started}, then in standby`, null);
  if (status.state === "armed" && sinceLastMs >= 0)
    return settle(watch, "delivered", `${started}, then recharging`, status.atMs);
  if (sinceLastMs < PULSE_SEEN_WITHIN_MS) return { watch, settled: null };
  return settle(watch, "unknown", `${started}, yet it did not recharge`, null);
}

const STARTED: Readonly<Record<Watch["by"], string>> = {
  wire: "acknowledged",
  trigger: "triggered",
};

type Train = NonNullable<Watch["train"]>;

function watchTrain(watch: Watch, train: Train, status: StimulatorStatus): Watched {
  const sinceMs = status.atMs - watch.writtenMs;
  if (status.state === "standby")
    return settle(
      watch,
      "unknown",
      `standby ${Math.round(sinceMs)} ms after the start of the train`,
      null,
    );
  if (status.activity === "train") {
    const busy: Watch = { ...watch, sawTrain: true, lastBusyMs: status.atMs };
    if (sinceMs <= train.durationMs + TRAIN_OVERRUN_MS) return { watch: busy, settled: null };
    return settle(
      busy,
      "unknown",
      `the train runs for ${Math.round(sinceMs)} ms, ${Math.round(train.durationMs)} were set`,
      null,
    );
  }
  if (status.activity === "wait" || watch.sawTrain) return endTrain(watch, train, status);
  if (sinceMs < TRAIN_SEEN_WITHIN_MS) return { watch, settled: null };
  return settle(watch, "unknown", `${STARTED[watch.by]}, yet no train was seen`, null);
}

/** The train is over; it is the one that was set when it ended about when it had to. */
function endTrain(watch: Watch, train: Train, status: StimulatorStatus): Watched {
  const earliestMs = watch.writtenMs + train.durationMs - train.periodMs;
  if (status.atMs < earliestMs) {
    const ranMs = Math.round(status.atMs - watch.writtenMs);
    return settle(
      watch,
      "unknown",
      `the train ended within ${ranMs} ms, ${Math.round(train.durationMs)} were set`,
      null,
    );
  }
  // The last look at the running train tells how early it can have ended.
  const seenMs = watch.lastBusyMs ?? watch.writtenMs;
  const isPunctual = status.atMs - seenMs <= TRAIN_END_SLACK_MS || seenMs >= earliestMs;
  if (!isPunctual) return settle(watch, "unknown", "nobody looked when the train ended", null);
  return settle(watch, "delivered", "the train ran its time", status.atMs);
}
