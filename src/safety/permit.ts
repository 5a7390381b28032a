/**
 * Permits: made by the gate alone, spent by the guarded port in the line before the write.
 *
 * What a permit allows stands in a private map keyed by the very object, not in the object: a
 * cast, a spread, a structured clone, a prototype copy or a proxy is another object and allows
 * nothing.
 */
import { err, ok } from "../base/result.ts";
import type { Hazard } from "../contract/hazard.ts";
import type { Result } from "../contract/result.ts";
import type { PermitLike } from "../contract/stimulator.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import type { Refusal } from "./refusal.ts";
import type { StopLatch } from "./stop.ts";

declare const minted: unique symbol;

/** Instants are milliseconds on the run's clock. */
export interface Permit extends PermitLike {
  readonly [minted]: true;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Highest intensity that the permitted frames can lead to. */
  readonly ceilingPctMso: number;
  /** Most pulses that the permitted frames can lead to. */
  readonly maxPulses: number;
}

/** What the gate asks for when it makes a permit. */
export interface PermitTerms {
  readonly permitId: string;
  readonly deviceId: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly ceilingPctMso: number;
  readonly maxPulses: number;
  /** Each is spent once. */
  readonly grants: readonly Hazard[];
  /** When it falls, the permit is worth nothing. */
  readonly latch: StopLatch;
}

export type MintPermit = (terms: PermitTerms) => Permit;

interface Record {
  readonly terms: PermitTerms;
  readonly left: Hazard[];
}

const records = new WeakMap<object, Record>();
let claimed = false;

/** Hands out the only minting function, once a process. `gate.ts` takes it when it loads. */
export function claimMint(): MintPermit {
  if (claimed) throw new PulsetrainError("CLI_BUG", "the permit mint was claimed a second time");
  claimed = true;
  return mint;
}

function mint(terms: PermitTerms): Permit {
  const { permitId, notBeforeMs, notAfterMs, ceilingPctMso, maxPulses } = terms;
  const permit = { permitId, notBeforeMs, notAfterMs, ceilingPctMso, maxPulses };
  Object.freeze(permit);
  records.set(permit, { terms: { ...terms }, left: terms.grants.map((grant) => ({ ...grant })) });
  return permit as Permit;
}

/** Does a grant cover what the bytes can do? A lower intensity than granted is covered. */
function covers(grant: Hazard, hazard: Hazard): boolean {
  switch (hazard.kind) {
    case "intensity":
      return (
        grant.kind === "intensity" &&
        grant.channel === hazard.channel &&
        hazard.pctMso <= grant.pctMso
      );
    case "setting":
      return (
        grant.kind === "setting" && grant.setting === hazard.setting && grant.value === hazard.value
      );
    case "arm":
    case "fire":
      return grant.kind === hazard.kind;
    // `several` is taken apart before; as a whole nothing covers it.
    case "several":
    case "safe":
    case "unknown":
      return false;
  }
}

/** What one frame does, one by one; a frame of several hazards is as bad as all of them. */
function partsOf(hazard: Hazard): readonly Hazard[] {
  if (hazard.kind !== "several") return [hazard];
  return hazard.hazards.flatMap(partsOf).filter(({ kind }) => kind !== "safe");
}

/** What is left of grants when each part has taken one of its own; null when one finds none. */
function without(grants: readonly Hazard[], parts: readonly Hazard[]): readonly Hazard[] | null {
  if (parts.length === 0) return null;
  const left = [...grants];
  for (const part of parts) {
    const position = left.findIndex((grant) => covers(grant, part));
    if (position < 0) return null;
    left.splice(position, 1);
  }
  return left;
}

function refusal(code: Refusal["code"], detail: string): Result<void, Refusal> {
  return err({ code, rule: null, detail });
}

/** Takes back what is left of a permit. It can only take away, so anybody may. */
export function revoke(permit: PermitLike): void {
  records.get(permit)?.left.splice(0);
}

/** The window of a permit, ms on the run's clock; null for what the gate did not make. */
export function windowOf(
  permit: PermitLike,
): Pick<PermitTerms, "notBeforeMs" | "notAfterMs"> | null {
  return records.get(permit)?.terms ?? null;
}

/**
 * Spends one grant of a permit for bytes of this hazard that leave at `nowMs`. Called by the guarded
 * port directly before the write; a refusal means that nothing is written.
 */
export function redeem(
  permit: PermitLike,
  deviceId: string,
  nowMs: number,
  hazard: Hazard,
): Result<void, Refusal> {
  const record = records.get(permit);
  if (record === undefined) {
    return refusal("GATE_PERMIT_FORGED", "the gate did not make this permit");
  }
  const { terms, left } = record;
  if (terms.latch.by !== null) {
    return refusal("GATE_STOPPED", `stopped by ${terms.latch.by}`);
  }
  if (terms.deviceId !== deviceId) {
    return refusal("GATE_PERMIT_MISMATCH", `permit for ${terms.deviceId}, port of ${deviceId}`);
  }
  if (!(nowMs >= terms.notBeforeMs && nowMs <= terms.notAfterMs)) {
    return refusal(
      "GATE_PERMIT_EXPIRED",
      `at ${nowMs} ms, allowed from ${terms.notBeforeMs} to ${terms.notAfterMs} ms`,
    );
  }
  const parts = partsOf(hazard);
  const rest = without(left, parts);
  if (rest !== null) {
    left.splice(0, left.length, ...rest);
    return ok(undefined);
  }
  return without(terms.grants, parts) !== null
    ? refusal("GATE_PERMIT_SPENT", `permit ${terms.permitId} was spent or taken back before`)
    : refusal("GATE_PERMIT_MISMATCH", `permit ${terms.permitId} does not grant ${hazard.kind}`);
}
