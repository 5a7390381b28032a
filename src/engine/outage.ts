/** A lost link inside a run: what was on its way is unknown, and nothing goes on without a person. */
import type { DeviceIdentity } from "../contract/stimulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort } from "../contract/transport.ts";
import { type Reconnect, watchLink } from "../io/reconnectRunner.ts";
import type { RenewableStimulator } from "./renewable.ts";

export type OutageEnd =
  | { readonly kind: "back"; readonly identity: DeviceIdentity }
  | { readonly kind: "gone"; readonly why: string };

export interface Outage {
  /** The link was lost and nobody has said yet that the run goes on. */
  readonly isOut: boolean;
  /** Begins to watch; called once the device has answered for the first time. */
  watch(identity: DeviceIdentity): void;
  /** Resolves when the device answers again and is disarmed, or when that is given up. */
  settled(): Promise<OutageEnd>;
  /** A person says that the run goes on. */
  resume(): void;
  /** The run is over: nothing is opened any more. */
  end(): void;
}

/** No reconnecting: a lost link ends the run. */
export const NO_OUTAGE: Outage = {
  isOut: false,
  watch: () => undefined,
  settled: async () => ({ kind: "gone", why: "the link was lost" }),
  resume: () => undefined,
  end: () => undefined,
};

export function createOutage(parts: {
  readonly clock: LabClock;
  readonly port: BytePort;
  readonly stimulator: RenewableStimulator;
  readonly note: (text: string) => void;
}): Outage {
  const { clock, port, stimulator, note } = parts;
  let link: Reconnect | null = null;
  let isOut = false;
  let ended: OutageEnd | null = null;
  let tell: (end: OutageEnd) => void = () => undefined;
  const settle = (end: OutageEnd): void => {
    ended = end;
    tell(end);
  };
  return {
    get isOut() {
      return isOut;
    },
    watch(identity) {
      link = watchLink({
        clock,
        port,
        identity,
        connect: () => stimulator.renew(),
        // Nothing can be said to a device whose link is gone; its own watchdog disarms it.
        disarm: async () => undefined,
      });
      link.news$.subscribe((news) => {
        switch (news.kind) {
          case "link-lost":
            isOut = true;
            ended = null;
            return note(`link lost: ${news.detail}`);
          case "attempt-failed":
            return note(
              `attempt ${news.attempt} to restore the link: ${news.detail}; again in ${news.againInMs} ms`,
            );
          case "standing-by":
            note("the link is back, the device is in standby");
            return settle({ kind: "back", identity: news.identity });
          case "up":
            isOut = false;
            ended = null;
            return;
          case "gave-up":
            return settle({ kind: "gone", why: news.why });
        }
      });
    },
    settled: () =>
      ended === null
        ? new Promise((resolve) => {
            tell = resolve;
          })
        : Promise.resolve(ended),
    resume: () => void link?.resume(),
    end: () => {
      tell = () => undefined;
      // Giving up closes the port; one that is back belongs to the driver, which has to disarm first.
      if (isOut && link?.state.kind !== "standing-by") link?.giveUp();
      link = null;
    },
  };
}
