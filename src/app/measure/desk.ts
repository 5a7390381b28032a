/** Where the samples of a session arrive: kept for a while, written to the disk, cut around pulses. */
import { arrivalsOf, fitClock, NO_ARRIVALS, withArrival } from "../../analysis/clockFit.ts";
import { type CutEpoch, cutEpoch, type EpochRequest } from "../../analysis/epochs.ts";
import { createSampleRing } from "../../analysis/ring.ts";
import type { AmplifierCapabilities, SampleBlock } from "../../contract/amplifier.ts";
import type { LabClock } from "../../contract/time.ts";
import type { SampleWriter } from "../../recording/write.ts";

export type Cut =
  | Extract<CutEpoch, { readonly kind: "ready" }>
  | { readonly kind: "invalid"; readonly why: string };

export interface SampleDesk {
  readonly capabilities: AmplifierCapabilities;
  take(block: SampleBlock): void;
  /** Waits for the epoch's last sample, or for the time in which it should have come. */
  cut(request: EpochRequest): Promise<Cut>;
  readonly frames: number;
  close(): void;
}

/** So much of the stream is kept for cutting, s. */
const KEPT_S = 20;
/** Samples that are so late do not come any more, ms. */
const PATIENCE_MS = 3_000;
/** The clock fit is made of so many arrivals, spread over the whole stream. */
const KEPT_ARRIVALS = 1024;

interface Pending {
  readonly request: EpochRequest;
  readonly settle: (cut: Cut) => void;
}

export function createSampleDesk(parts: {
  readonly clock: LabClock;
  readonly capabilities: AmplifierCapabilities;
  /** Null: nothing is kept on the disk. */
  readonly writer: SampleWriter | null;
}): SampleDesk {
  const { clock, capabilities, writer } = parts;
  const { channels, rateHz } = capabilities;
  const ring = createSampleRing(channels.length, Math.ceil(KEPT_S * rateHz));
  let arrivals = NO_ARRIVALS;
  let frames = 0;
  let pending: readonly Pending[] = [];

  const tryCut = (request: EpochRequest): CutEpoch => {
    const options = {
      nominalRateHz: rateHz,
      leastDelayMs: 0,
      minSpanMs: 10_000,
      maxDriftPpm: 1000,
    };
    const fit = fitClock(arrivalsOf(arrivals), options);
    return cutEpoch({ ring, channels, rateHz, clock: fit }, request);
  };
  const settleReady = (): void => {
    if (pending.length === 0) return;
    const waiting: Pending[] = [];
    const done: (readonly [Pending, Cut])[] = [];
    for (const one of pending) {
      const cut = tryCut(one.request);
      if (cut.kind === "waiting") waiting.push(one);
      else done.push([one, cut]);
    }
    pending = waiting;
    for (const [one, cut] of done) one.settle(cut);
  };

  return {
    capabilities,
    take(block) {
      writer?.append(block);
      frames = block.firstIndex + block.frames;
      ring.push(block);
      const arrival = { endIndex: frames, arrivedMs: block.arrivedMs };
      arrivals = withArrival(arrivals, arrival, KEPT_ARRIVALS, rateHz);
      settleReady();
    },
    cut: (request) =>
      new Promise((resolve) => {
        const now = tryCut(request);
        const isEarly = now.kind === "invalid" && now.why === "no-clock";
        if (now.kind !== "waiting" && !isEarly) return resolve(now);
        const dueMs = request.atMs + request.window.toMs + PATIENCE_MS;
        const giveUp = clock.at(Math.max(dueMs, clock.now()), () => {
          pending = pending.filter((other) => other !== one);
          resolve({ kind: "invalid", why: "no-samples" });
        });
        const one: Pending = {
          request,
          settle: (cut) => {
            giveUp.unsubscribe();
            resolve(cut);
          },
        };
        pending = [...pending, one];
      }),
    get frames() {
      return frames;
    },
    close() {
      for (const { settle } of pending) settle({ kind: "invalid", why: "no-samples" });
      pending = [];
      writer?.close();
    },
  };
}
