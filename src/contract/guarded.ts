/** The way of hazardous bytes to the wire: by a permit, through a port that judges them. */
import type { BytePort } from "./transport.ts";

/** Opaque here; made by `src/safety`, spent by the guarded port. */
export interface PermitLike {
  readonly permitId: string;
}

/**
 * The only way a driver reaches the wire. Throws `PORT_HAZARD_REFUSED` for a hazard no permit grants.
 * A line that can be a pulse is out of its reach: that is for a trigger path.
 */
export interface GuardedBytePort extends Omit<BytePort, "write" | "setRts"> {
  write(bytes: Uint8Array, permit?: PermitLike): WriteStampOf;
}
type WriteStampOf = ReturnType<BytePort["write"]>;
