import type { PermitLike } from "../contract/guarded.ts";
import type { Hazard } from "../contract/hazard.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort } from "../contract/transport.ts";
import type { TriggerPath, TriggerStamp } from "../contract/trigger.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { unwatched } from "./linkState.ts";
import { spendPermit } from "./permitSpend.ts";

/** Starts a dose by an edge on RTS, as the quick-fire cable of `nicolasmcnair/magpy` does. */
export interface RtsTrigger extends TriggerPath {
  /**
   * Call it after each opening: lowers the line and with that finds out whether there is one. Until it
   * has succeeded nothing can be triggered. Rejects with PORT_NO_LINES.
   */
  ready(): Promise<void>;
  /** From here on nothing can be triggered, with or without a permit. Idempotent; nothing takes it back. */
  latch(why: string): void;
  /** Why the latch fell; null while it has not. */
  readonly latched: string | null;
}

export interface RtsTriggerOptions {
  /** The serial port whose RTS leads to the trigger input. */
  readonly port: BytePort;
  readonly clock: LabClock;
  /** The device that a permit must be for. */
  readonly deviceId: string;
  /** How long the line stays up, ms. */
  readonly widthMs?: number;
  /** Default: RTS of the port. Simulators and tests have other lines. */
  readonly setLine?: (on: boolean) => Promise<void>;
}

/** CED's manual of Signal calls 1 ms enough for a Magstim; twice that outlasts a frame of USB. */
const DEFAULT_WIDTH_MS = 2;
/**
 * From the call to the edge, ms. The slowest of MagPy's published figures for this path is 1.6; none
 * of them was measured here.
 */
const WORST_LATENCY_MS = 2;
const FIRE: Hazard = { kind: "fire" };

/**
 * The guard of a line, as the guarded port is that of bytes. `fire` throws `PORT_HAZARD_REFUSED`,
 * `PORT_NOT_OPEN` or `PORT_LINE_STUCK`, and then the line was not touched; where the permit was the
 * reason, `cause` carries its own code. A line that is not known to be low gives no edge, so nothing is
 * triggered until it is. Nothing is ever tried again.
 */
export function createRtsTrigger(options: RtsTriggerOptions): RtsTrigger {
  const { port, clock, deviceId, widthMs = DEFAULT_WIDTH_MS } = options;
  const setLine = options.setLine ?? portLine(port);
  let level: "low" | "high" | "unknown" = "unknown";
  let latched: string | null = null;

  const lower = async (): Promise<void> => {
    try {
      await setLine(false);
      level = "low";
    } catch (error) {
      level = "unknown";
      throw error;
    }
  };

  const fire = (permit: PermitLike): TriggerStamp => {
    if (!port.isOpen)
      throw new PulsetrainError("PORT_NOT_OPEN", `${port.name} is not open; nothing was triggered`);
    if (latched !== null) throw refusal(`stopped (${latched})`);
    if (level !== "low")
      throw new PulsetrainError("PORT_LINE_STUCK", `${port.name}: RTS is ${level}`);
    const spent = spendPermit(clock, deviceId, permit, FIRE);
    if (!spent.ok) {
      const { code, detail } = spent.error;
      throw refusal(`${code}: ${detail}`, new PulsetrainError(code, detail));
    }
    level = "high";
    const writtenMs = clock.now();
    const raised = setLine(true);
    // The line comes down whether or not raising it is said to have failed, since nobody knows.
    clock.at(
      writtenMs + widthMs,
      () =>
        void raised
          .catch(() => undefined)
          .then(lower)
          .catch(() => undefined),
    );
    const drained = raised.then(
      () => clock.now(),
      (cause: unknown) => {
        throw new PulsetrainError(
          "PORT_LOST",
          `${port.name}: it is not known whether RTS rose: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        );
      },
    );
    return { writtenMs, writtenHex: "RTS", drained: unwatched(drained) };
  };

  return {
    name: `${port.name} RTS`,
    worstLatencyMs: WORST_LATENCY_MS,
    fire,
    ready: async () => {
      // The next opening begins with a level that nobody knows.
      port.closed$.subscribe(() => {
        level = "unknown";
      });
      await lower();
    },
    latch: (why) => {
      latched ??= why;
    },
    get latched() {
      return latched;
    },
  };
}

function portLine(port: BytePort): (on: boolean) => Promise<void> {
  return (on) =>
    port.setRts?.(on) ??
    Promise.reject(new PulsetrainError("PORT_NO_LINES", `${port.name}: a link without lines`));
}

function refusal(why: string, cause?: PulsetrainError): PulsetrainError {
  return new PulsetrainError("PORT_HAZARD_REFUSED", `fire (RTS): ${why}; nothing was triggered`, {
    cause,
  });
}
