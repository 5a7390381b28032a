/** The status bytes of the Magstim family: which bit says what (`nicolasmcnair/magpy`). */

export interface InstrumentBits {
  readonly standby: boolean;
  readonly armed: boolean;
  readonly ready: boolean;
  readonly coilPresent: boolean;
  readonly replaceCoil: boolean;
  readonly errorPresent: boolean;
  readonly errorType: boolean;
  readonly remote: boolean;
}

export interface RapidBits {
  readonly enhancedPower: boolean;
  readonly train: boolean;
  readonly wait: boolean;
  readonly singlePulse: boolean;
  readonly supplyConnected: boolean;
  readonly coilReady: boolean;
  readonly thetaSupply: boolean;
  readonly modifiedCoilAlgorithm: boolean;
}

export interface ExtendedBits {
  readonly plus1: boolean;
  readonly specialTrigger: boolean;
  readonly chargeDelaySet: boolean;
}

/** The first flag is bit 0. */
function pack(flags: readonly boolean[]): number {
  return flags.reduce((byte, flag, bit) => (flag ? byte | (1 << bit) : byte), 0);
}

export function instrumentByte(bits: InstrumentBits): number {
  return pack([
    bits.standby,
    bits.armed,
    bits.ready,
    bits.coilPresent,
    bits.replaceCoil,
    bits.errorPresent,
    bits.errorType,
    bits.remote,
  ]);
}

export function rapidByte(bits: RapidBits): number {
  return pack([
    bits.enhancedPower,
    bits.train,
    bits.wait,
    bits.singlePulse,
    bits.supplyConnected,
    bits.coilReady,
    bits.thetaSupply,
    bits.modifiedCoilAlgorithm,
  ]);
}

/** 16 bits, high byte first: two of three clients read it so (`nigelrogasch/MAGIC`, neuromti). */
export function extendedBytes(bits: ExtendedBits): readonly [number, number] {
  const word = pack([bits.plus1, bits.specialTrigger, bits.chargeDelaySet]);
  return [word >> 8, word & 0xff];
}
