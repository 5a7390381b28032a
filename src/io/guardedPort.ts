import { toHex } from "../base/hex.ts";
import type { Hazard, HazardClassifier } from "../contract/hazard.ts";
import type { GuardedBytePort, PermitLike } from "../contract/stimulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort, WriteStamp } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import type { Refusal } from "../safety/refusal.ts";
import { requireOpen } from "./linkState.ts";
import { spendPermit } from "./permitSpend.ts";

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
 * Bytes that come a little before the window of their permit are held until it opens.
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
    const spent = spendPermit(options.clock, options.deviceId, permit, hazard);
    if (!spent.ok) throw unpermitted(bytes, hazard, spent.error);
    return port.write(bytes);
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
