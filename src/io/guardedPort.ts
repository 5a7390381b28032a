import { toHex } from "../base/hex.ts";
import type { Hazard, HazardClassifier } from "../contract/hazard.ts";
import type { GuardedBytePort, PermitLike } from "../contract/stimulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort, WriteStamp } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { redeem, windowOf } from "../safety/permit.ts";
import type { Refusal } from "../safety/refusal.ts";
import { canHold, holdUntil } from "../time/hold.ts";
import { requireOpen } from "./linkState.ts";

/** The only port a driver gets: every write is judged by its bytes, whatever the driver believes. */
export interface GuardPort extends GuardedBytePort {
  /** From here on only safe bytes pass, with or without a permit. Idempotent; nothing takes it back. */
  latch(why: string): void;
  /** Why the latch fell; null while it has not. */
  readonly latched: string | null;
}

export interface GuardOptions {
  /** The device that a permit must be for. */
  readonly deviceId: string;
  readonly classify: HazardClassifier;
  readonly clock: LabClock;
}

/**
 * Wraps a port. `write` throws `PORT_NOT_OPEN` or `PORT_HAZARD_REFUSED`, and then nothing has left;
 * where the permit was the reason, `cause` carries its own code (`GATE_PERMIT_EXPIRED`, ...).
 * A permit is spent before its bytes, so it can never be spent twice nor be carried over a failed
 * check. Bytes that come a little before the window of their permit are held until it opens: every
 * check is over by then, and the instant of a dose owes nothing to the code in front of it.
 */
export function guardPort(port: BytePort, options: GuardOptions): GuardPort {
  let latched: string | null = null;

  const write = (given: Uint8Array, permit?: PermitLike): WriteStamp => {
    requireOpen(port.name, port.isOpen);
    // What was judged is what leaves, even if somebody holds on to the buffer.
    const bytes = Uint8Array.from(given);
    const hazard = judge(options.classify, bytes);
    if (hazard.kind === "safe") return port.write(bytes);
    if (latched !== null) throw refusal(bytes, hazard, `stopped (${latched})`);
    if (hazard.kind === "unknown") throw refusal(bytes, hazard, hazard.why);
    if (permit === undefined) throw refusal(bytes, hazard, "no permit");
    const leavesMs = leavingAt(options.clock, permit);
    const redeemed = redeem(permit, options.deviceId, leavesMs, hazard);
    if (!redeemed.ok) throw unpermitted(bytes, hazard, redeemed.error);
    holdUntil(options.clock, leavesMs);
    const closesMs = windowOf(permit)?.notAfterMs ?? Number.NEGATIVE_INFINITY;
    const nowMs = options.clock.now();
    if (nowMs <= closesMs) return port.write(bytes);
    // The system took the processor away during the hold.
    const detail = `held for ${leavesMs} ms and let go at ${nowMs} ms, allowed to ${closesMs} ms`;
    throw unpermitted(bytes, hazard, { code: "GATE_PERMIT_EXPIRED", detail });
  };

  return {
    name: port.name,
    get isOpen() {
      return port.isOpen;
    },
    bytes$: port.bytes$,
    closed$: port.closed$,
    open: () => port.open(),
    write,
    discardInput: () => port.discardInput(),
    close: () => port.close(),
    latch: (why) => {
      latched ??= why;
    },
    get latched() {
      return latched;
    },
  };
}

/** The present, or the opening of the permit's window when that is so near that bytes can be held. */
function leavingAt(clock: LabClock, permit: PermitLike): number {
  const nowMs = clock.now();
  const opensMs = windowOf(permit)?.notBeforeMs ?? nowMs;
  return opensMs > nowMs && canHold(clock, opensMs) ? opensMs : nowMs;
}

function unpermitted(
  bytes: Uint8Array,
  hazard: Hazard,
  { code, detail }: Pick<Refusal, "code" | "detail">,
): PulsetrainError {
  return refusal(bytes, hazard, `${code}: ${detail}`, new PulsetrainError(code, detail));
}

/** A classifier that breaks knows nothing about the bytes. */
function judge(classify: HazardClassifier, bytes: Uint8Array): Hazard {
  try {
    return classify(bytes);
  } catch (error) {
    return {
      kind: "unknown",
      why: `the classifier failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** Safe frames may hold an unlock code; hazardous ones never do, so their bytes may be named. */
function refusal(
  bytes: Uint8Array,
  hazard: Hazard,
  why: string,
  cause?: PulsetrainError,
): PulsetrainError {
  const named = hazard.kind === "unknown" ? `${bytes.length} bytes` : toHex(bytes);
  return new PulsetrainError(
    "PORT_HAZARD_REFUSED",
    `${hazard.kind} (${named}): ${why}; nothing was written`,
    { cause },
  );
}
