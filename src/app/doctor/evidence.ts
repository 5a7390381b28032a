/** What was seen of one device. Holds no secret: its bytes are those that may be recorded. */
import type { DecodedFrame } from "../../contract/decode.ts";
import type { DeviceIdentity, StimulatorEvent } from "../../contract/stimulator.ts";
import type { SerialLine } from "../../contract/transport.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import type { PortFacts } from "./portFacts.ts";

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

export interface DeviceEvidence {
  readonly line: SerialLine;
  /** The rig file points to an unlock code. */
  readonly hasUnlockCode: boolean;
  /** What the system says of its port; null where no file stands for it. */
  readonly port: PortFacts | null;
  readonly opened: Attempt<void>;
  /** Null: not reached. The same holds for what follows. */
  readonly connected: Attempt<DeviceIdentity> | null;
  readonly watched: Watched | null;
  readonly asked: Asked | null;
  readonly closed: { readonly confirmed: boolean; readonly detail: string } | null;
  readonly traffic: Traffic;
}

/** The time in which nothing was asked, so that only the driver's own polls kept control. */
export interface Watched {
  readonly durationMs: number;
  readonly events: readonly StimulatorEvent[];
  /** Writes of the driver in that time. */
  readonly polls: number;
  /** Is the device still under our control afterwards? */
  readonly after: Attempt<{ readonly remote: boolean }>;
}

export interface Asked {
  /** From the question for the status to its answer, ms, in order of asking. */
  readonly roundTripsMs: readonly number[];
  readonly error: { readonly code: ErrorCode; readonly detail: string } | null;
  /** While the port was open, when what pulsetrain asks of the adapter is in force. */
  readonly latencyTimerMs: number | null;
}

export interface Traffic {
  readonly sentFrames: number;
  /** Of those: how many came back unchanged. */
  readonly echoedFrames: number;
  readonly receivedBytes: number;
  /** What was received, as the driver's own decoder reads it. */
  readonly frames: readonly DecodedFrame[];
  /** Models of other drivers whose frames these would be. */
  readonly alsoReadAs: readonly string[];
  /** The first of what was received, in hex. */
  readonly firstHex: string;
}
